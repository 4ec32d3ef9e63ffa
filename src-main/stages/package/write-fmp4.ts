import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { fmp4IFrameRanges } from '#main/media/bitstream/i-frame-ranges.ts';
import { fmp4Init, fmp4Segment } from '#main/media/package/fmp4/file-names.ts';
import type { FragmentTrack, SegmentCut, TimelineSample } from '#main/media/package/fmp4/fragment-track.ts';
import { initSegment } from '#main/media/package/fmp4/init-segment.ts';
import { segmentBytes } from '#main/media/package/fmp4/segment-bytes.ts';
import type { IFrame } from '#main/media/package/playlist/i-frame-playlist.ts';
import type { MadeSegment } from './package-draft.ts';

export type Fmp4Input = {
  /** Folder of the rendition, absolute; made here. */
  folder: string;
  /** Rendition id: the stem of its file names. */
  id: string;
  track: FragmentTrack;
  timeline: readonly TimelineSample[];
  segments: readonly SegmentCut[];
  /** Files that hold the sample bytes, by `TimelineSample.source`. */
  sources: readonly string[];
  /** Seconds of each segment as its playlist will say. */
  durationsSec: readonly number[];
};

export type Fmp4Output = { init: string; segments: MadeSegment[]; iFrames: IFrame[] };

/** Bytes copied at once; a segment's samples are never held in memory whole. */
const copyBytes = 1 << 20;

/** Writes `{id}-init.mp4` and `{id}-0000.m4s`, ...: headers of our own, sample bytes as the encoder left them. */
export async function writeFmp4(input: Fmp4Input, signal: AbortSignal): Promise<Fmp4Output> {
  const { folder, id, track, timeline } = input;
  await mkdir(folder, { recursive: true });
  const init = fmp4Init(id);
  await writeWhole(join(folder, init), async (file) => {
    await file.write(initSegment(track));
  });
  const sources: FileHandle[] = [];
  try {
    for (const path of input.sources) sources.push(await open(path, 'r'));
    const segments: MadeSegment[] = [];
    const iFrames: IFrame[] = [];
    for (const [i, cut] of input.segments.entries()) {
      signal.throwIfAborted();
      const { header, ranges, sizeBytes } = segmentBytes(track.id, i + 1, timeline.slice(cut.from, cut.to));
      const path = fmp4Segment(id, i);
      const durationSec = input.durationsSec[i] ?? 0;
      await writeWhole(join(folder, path), async (file) => {
        await file.write(header);
        for (const range of ranges) await copyRange(sources[range.source], range, file);
      });
      segments.push({ path, sizeBytes, durationSec });
      if (track.handler === 'vide') iFrames.push(...firstPicture(header, path, durationSec));
    }
    return { init, segments, iFrames };
  } finally {
    for (const source of sources) await source.close();
  }
}

/** The fragment's header knows where its first sample ends; the sample's bytes are not needed. */
function firstPicture(header: Uint8Array, path: string, durationSec: number): IFrame[] {
  const ranges = fmp4IFrameRanges(header);
  const first = ranges.ok ? ranges.value[0] : undefined;
  if (first === undefined) return [];
  return [{ path, range: { offsetBytes: first.offsetBytes, lengthBytes: first.sizeBytes }, durationSec }];
}

async function copyRange(
  source: FileHandle | undefined,
  range: { offset: number; sizeBytes: number },
  target: FileHandle,
): Promise<void> {
  if (source === undefined) throw new RangeError('a sample names a source that was not given');
  const buffer = new Uint8Array(Math.min(copyBytes, range.sizeBytes));
  for (let done = 0; done < range.sizeBytes; ) {
    const wanted = Math.min(buffer.length, range.sizeBytes - done);
    const { bytesRead } = await source.read(buffer, 0, wanted, range.offset + done);
    if (bytesRead === 0) throw new Error('a part ends before its last sample');
    await target.writeFile(buffer.subarray(0, bytesRead));
    done += bytesRead;
  }
}

async function writeWhole(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await write(file);
  } finally {
    await file.close();
  }
}
