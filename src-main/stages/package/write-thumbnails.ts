import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { warning } from '#main/media/check/finding-of.ts';
import type { ProbeDeps } from '#main/ffmpeg/ffprobe-reads.ts';
import { runFfmpeg } from '#main/ffmpeg/run.ts';
import { taskTiles } from '#main/media/command/picture-filters.ts';
import { spriteCommand } from '#main/media/command/sprite-command.ts';
import { taskFolder, tileFile } from '#main/media/command/work-layout.ts';
import { thumbnailsVtt } from '#main/media/package/thumbnails-vtt.ts';
import type { Finding } from '#shared/model/finding.ts';
import type { EncodePlan } from '#shared/model/plan.ts';

/** `thumbs_{WxH}/`, the sheet and its map (S1 1.1). Seek-bar pictures are an extra: when they fail the film still ships. */
export async function writeThumbnails(
  plan: EncodePlan,
  work: string,
  staging: string,
  deps: ProbeDeps,
  signal: AbortSignal,
): Promise<Finding[]> {
  const tiles = plan.thumbnails;
  if (tiles === null) return [];
  const lost = (why: string): Finding[] => [
    warning('thumbnails-failed', tiles.sheet, `there are no seek-bar pictures: ${why}`),
  ];
  const folder = join(staging, tiles.folder);
  const giveUp = async (why: string): Promise<Finding[]> => {
    await rm(folder, { recursive: true, force: true });
    await rm(join(staging, tiles.sheet), { force: true });
    return lost(why);
  };
  await mkdir(folder);
  for (const task of plan.tasks) {
    const { first, count } = taskTiles(plan, task);
    for (let tile = first; tile < first + count; tile += 1) {
      const name = `${tiles.folder}-${String(tile).padStart(4, '0')}.jpg`;
      try {
        await copyFile(join(work, taskFolder(task.id, 'done'), tileFile(tile)), join(folder, name));
      } catch {
        return giveUp(`tile ${tile} of ${task.id} was not made`);
      }
    }
  }
  const outcome = await runFfmpeg({ tool: 'ffmpeg', args: spriteCommand(tiles), cwd: staging }, { ...deps, signal });
  signal.throwIfAborted();
  if (!outcome.ok) return giveUp(outcome.message);
  const map = thumbnailsVtt({
    sheet: tiles.sheet,
    tileWidth: tiles.width,
    tileHeight: tiles.height,
    columns: tiles.columns,
    count: tiles.count,
    intervalSec: (tiles.intervalFrames * plan.grid.rate.den) / plan.grid.rate.num,
    durationSec: plan.durationSec,
  });
  await writeFile(join(staging, tiles.vtt), map, { flag: 'wx' });
  return [];
}
