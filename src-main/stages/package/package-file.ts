import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProbeDeps } from '#main/ffmpeg/ffprobe-reads.ts';
import { runFfmpeg } from '#main/ffmpeg/run.ts';
import { codecStringOfTrack } from '#main/media/bitstream/codec-string.ts';
import { textFormatOf } from '#main/media/command/extract-command.ts';
import { fileMuxCommand, type MuxText } from '#main/media/command/file-mux-command.ts';
import { concatList } from '#main/media/command/ts-mux-command.ts';
import { audioFile, chunkFile, extractedSubtitle, taskFolder } from '#main/media/command/work-layout.ts';
import { ffmetadata } from '#main/media/package/ffmetadata.ts';
import { type UsedFace, usedFaces } from '#main/media/subtitle/ass.ts';
import { parseAss } from '#main/media/subtitle/ass-script.ts';
import { filmSubtitle } from '#main/media/subtitle/film-subtitle.ts';
import { isReadableText } from '#main/media/subtitle/image-subtitle.ts';
import { writeWebVtt } from '#main/media/subtitle/webvtt.ts';
import type { Finding } from '#shared/model/finding.ts';
import type { EncodePlan, SubtitleRendition } from '#shared/model/plan.ts';
import { muxAttachments } from './mux-attachments.ts';
import { onlyPlannedSubtitlesOn } from './mp4-enabled-tracks.ts';
import {
  type MadeRendition,
  type PackageDraft,
  PackagingFailed,
  type PackageResult,
  packagingResult,
} from './package-draft.ts';
import type { PackageRequest } from './package-hls.ts';
import { audioPart, videoParts } from './parts.ts';

/** The muxer's output until it is whole; names of users never reach FFmpeg's output. */
const draftName = { mp4: 'draft.mp4', mkv: 'draft.mkv' };

/**
 * From the finished parts of a job to one MP4 or MKV in its staging folder. What is wrong with a part is a value that
 * names its task; throws when `signal` is aborted or the staging folder can't be written.
 */
export function packageFile(request: PackageRequest, deps: ProbeDeps, signal: AbortSignal): Promise<PackageResult> {
  return packagingResult(() => build(request, deps, signal));
}

async function build(request: PackageRequest, deps: ProbeDeps, signal: AbortSignal): Promise<PackageDraft> {
  const { plan, facts, sourcePath, work, staging } = request;
  if (plan.container === 'hls') throw new RangeError('an HLS plan makes a folder, not a file');
  const streams = await streamsOf(plan, work);
  const extras = join(work, 'mux');
  await mkdir(extras, { recursive: true });
  const text = await readyTexts(plan, work, extras);
  const attached =
    plan.container === 'mkv' ? await muxAttachments(plan, facts, work, text.faces) : { attachments: [], findings: [] };
  const metadata = join(extras, 'film.ffmeta');
  await writeFile(
    metadata,
    ffmetadata({ tags: plan.title === null ? {} : { title: plan.title }, chapters: plan.chapters }),
  );
  const output = draftName[plan.container];
  const args = fileMuxCommand(plan, {
    list: await writeList(plan, work),
    audio: plan.audio.map(({ id }) => join(work, taskFolder('audio', 'done'), audioFile(plan, id))),
    texts: text.texts,
    images: plan.subtitles.filter(({ sourceCodec }) => !isReadableText(sourceCodec)),
    sourcePath,
    sourceStartSec: facts.startSec ?? 0,
    attachments: attached.attachments,
    metadata,
    output,
  });
  const outcome = await runFfmpeg({ tool: 'ffmpeg', args, cwd: staging }, { ...deps, signal });
  signal.throwIfAborted();
  if (!outcome.ok) {
    const code = outcome.code === 'disk-full' ? 'disk-full' : 'mux-failed';
    throw new PackagingFailed({ code, message: `FFmpeg could not write the file: ${outcome.message}`, task: null });
  }
  if (plan.container === 'mp4') await onlyPlannedSubtitlesOn(join(staging, output), plan);
  const main = `${plan.name}.${plan.container}`;
  await rename(join(staging, output), join(staging, main));
  return { main, renditions: streams, findings: [...text.findings, ...attached.findings] };
}

/** Reads every part first: a chunk that lacks a picture is found before the mux, not by a viewer. */
async function streamsOf(plan: EncodePlan, work: string): Promise<MadeRendition[]> {
  const made: MadeRendition[] = [];
  const { durationSec } = plan;
  for (const rendition of plan.video) {
    // Codecs without an MP4 tag come in Matroska, whose pictures were counted when the chunk was made.
    const first = rendition.codec === 'other' ? null : ((await videoParts(plan, work, rendition)).parts[0] ?? null);
    const codec = first === null ? null : codecStringOfTrack(first.track);
    made.push({ id: rendition.id, kind: 'video', codec, frames: plan.grid.frames, durationSec, segments: [] });
  }
  for (const rendition of plan.audio) {
    const codec = plan.container === 'mkv' ? null : codecStringOfTrack((await audioPart(plan, work, rendition)).track);
    made.push({ id: rendition.id, kind: 'audio', codec, frames: null, durationSec, segments: [] });
  }
  return made;
}

async function writeList(plan: EncodePlan, work: string): Promise<string> {
  const [rendition] = plan.video;
  if (rendition === undefined) throw new RangeError('a plan has a video rendition');
  const chunks = plan.tasks.flatMap((task) =>
    task.chunk === null || !task.renditions.includes(rendition.id)
      ? []
      : [{ path: `${taskFolder(task.id, 'done')}/${chunkFile(rendition)}`, frames: task.chunk.frames }],
  );
  const list = join(work, `${rendition.id}.ffconcat`);
  await writeFile(list, concatList(chunks, plan.grid.rate));
  return list;
}

type ReadyTexts = { texts: MuxText[]; faces: { where: string; used: UsedFace[] }[]; findings: Finding[] };

/** Text subtitles on the film's clock: native ASS and SRT with moved times for Matroska, mended cues for MP4. */
async function readyTexts(plan: EncodePlan, work: string, extras: string): Promise<ReadyTexts> {
  const ready: ReadyTexts = { texts: [], faces: [], findings: [] };
  for (const subtitle of plan.subtitles) {
    if (!isReadableText(subtitle.sourceCodec)) continue;
    const format = textFormatOf(subtitle.sourceCodec);
    const source = join(work, taskFolder('extract', 'done'), extractedSubtitle(subtitle.streamIndex, format));
    const bytes = new Uint8Array(await readFile(source));
    const film = { originSec: plan.grid.originSec, durationSec: plan.durationSec };
    const made = filmSubtitle(bytes, format, film, subtitle.id);
    ready.findings.push(...made.findings);
    const native = subtitle.mux === 'copy' ? made.native : null;
    const path = join(extras, `${subtitle.id}.${native === null ? 'vtt' : format}`);
    await writeFile(path, native ?? writeWebVtt({ blocks: made.blocks, cues: made.cues }));
    // A copy of WebVTT would get an unregistered codec id from FFmpeg 5, so its words go in as SubRip.
    ready.texts.push({ subtitle: native === null ? reencoded(subtitle) : subtitle, path });
    if (format === 'ass' && native !== null)
      ready.faces.push({ where: subtitle.id, used: usedFaces(parseAss(native)) });
  }
  return ready;
}

function reencoded(subtitle: SubtitleRendition): SubtitleRendition {
  return { ...subtitle, mux: subtitle.mux === 'mov_text' ? 'mov_text' : 'srt' };
}
