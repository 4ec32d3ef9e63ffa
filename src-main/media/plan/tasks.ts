import type { AudioRendition, Chunk, FrameGrid, PlannedTask, VideoRendition } from '#shared/model/plan.ts';
import { isHardwareEncoder } from './codecs.ts';

/** S2's priorities. */
const priority = { high: 10, normal: 5, low: 0 };

type TaskInput = {
  grid: FrameGrid;
  chunks: readonly Chunk[];
  /** Each rung is a task of its own. */
  byRendition: boolean;
  video: readonly VideoRendition[];
  audio: readonly AudioRendition[];
  /** True when subtitles, fonts or attachments are taken out of the source. */
  extracts: boolean;
  /** True when an extracted subtitle is drawn into the picture. */
  drawsText: boolean;
};

/** The job as a graph: what can run side by side, what must wait, and how heavy each part is. */
export function plannedTasks({
  grid,
  chunks,
  byRendition,
  video,
  audio,
  extracts,
  drawsText,
}: TaskInput): PlannedTask[] {
  const tasks: PlannedTask[] = [];
  const base = { dependsOn: [], chunk: null, renditions: [] };
  if (extracts) {
    tasks.push({ ...base, id: 'extract', type: 'extract', weight: 0.2, resource: 'io', priority: priority.high });
  }
  if (audio.length > 0) {
    tasks.push({
      ...base,
      id: 'audio',
      type: 'audio',
      weight: 0.5 * audio.length,
      resource: 'cpu',
      priority: priority.high,
      renditions: audio.map((rendition) => rendition.id),
    });
  }
  const usesGpu = video.some((rendition) => rendition.encoders.every(isHardwareEncoder));
  const shares = byRendition ? video.map((rendition) => [rendition]) : [video];
  for (const [chunk, rungs, part] of chunks.flatMap((one) => shares.map((rungs, i) => [one, rungs, i] as const))) {
    const id = `video-${String(chunk.index).padStart(4, '0')}`;
    tasks.push({
      ...base,
      id: byRendition ? `${id}-${part}` : id,
      type: 'video',
      weight: videoWeight(grid, chunk, rungs),
      // A subtitle that is burnt in comes out of the source first.
      dependsOn: drawsText ? ['extract'] : [],
      resource: usesGpu ? 'gpu-encode' : 'cpu',
      priority: priority.normal,
      chunk,
      renditions: rungs.map((rendition) => rendition.id),
    });
  }
  const made = tasks.map((task) => task.id);
  tasks.push({
    ...base,
    id: 'package',
    type: 'package',
    weight: 0.5,
    dependsOn: made,
    resource: 'io',
    priority: priority.high,
  });
  tasks.push({
    ...base,
    id: 'validate',
    type: 'validate',
    weight: 0.3,
    dependsOn: ['package'],
    resource: 'io',
    priority: priority.high,
  });
  tasks.push({
    ...base,
    id: 'publish',
    type: 'publish',
    weight: 0.1,
    dependsOn: ['validate'],
    resource: 'io',
    priority: priority.high,
  });
  return tasks;
}

/** Megapixel-minutes over all rungs (S1 5.2), never zero. */
function videoWeight(grid: FrameGrid, chunk: Chunk, video: readonly VideoRendition[]): number {
  const minutes = (chunk.frames * grid.rate.den) / grid.rate.num / 60;
  const megapixels = video.reduce((sum, rendition) => sum + (rendition.width * rendition.height) / 1_000_000, 0);
  return Math.max(0.001, Math.round(minutes * megapixels * 1000) / 1000);
}
