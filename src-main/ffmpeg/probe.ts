import { access, constants, open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ContainerAnswer, containerAnswer } from '#main/media/probe/ffprobe-answer.ts';
import type { FieldOrder } from '#main/media/probe/field-order.ts';
import type { PacketRead } from '#main/media/probe/packet-times.ts';
import { type ProbeEvidence, readMediaFacts } from '#main/media/probe/read-media-facts.ts';
import { nameInMessage, notMedia, type ProbeRefusal, refusalOf } from '#main/media/probe/refusal.ts';
import type { MediaFacts } from '#shared/model/facts.ts';
import { ffprobe, type ProbeDeps, parseJson, readPackets } from './ffprobe-reads.ts';
import { measureActiveArea, measureInterlacing } from './measure.ts';
import { readTail } from './read-tail.ts';

export type ProbeOptions = {
  /** Looks for black bars in the first real picture stream (decodes a few dozen pictures). */
  measureActiveArea?: boolean | undefined;
  /** Looks at the pictures where the header leaves it open whether they are interlaced, or is known to lie. */
  measureInterlacing?: boolean | undefined;
};

export type ProbeResult = { ok: true; facts: MediaFacts } | ({ ok: false } & ProbeRefusal);

/** Enough to tell 24 from 23.976: they part by more than half a picture. */
const headPackets = 600;
const samplePackets = 120;
const decodedPackets = 24;
/** Files shorter than this are judged by their beginning and end alone. */
const longSec = 60;

/** Finds out all about one file. The reasons why it can't be a source are values; throws when `signal` is aborted. */
export async function probe(
  path: string,
  deps: ProbeDeps,
  signal: AbortSignal,
  options: ProbeOptions = {},
): Promise<ProbeResult> {
  const file = resolve(path);
  const size = await sizeOf(file);
  if (typeof size !== 'number') return { ok: false, ...size };
  const opened = await openContainer(file, deps, signal);
  if (!opened.ok) return opened;
  const { container } = opened;

  const { startSec, durationSec } = {
    startSec: container.format.start_time ?? 0,
    durationSec: container.format.duration ?? 0,
  };
  const pictures = (fromSec: number | null, packets: number) =>
    readPackets(file, { fromSec, packets, streams: 'V' }, deps, signal);
  const head = await pictures(null, headPackets);
  const elsewhere: PacketRead[] = [];
  const shares = durationSec > longSec ? [0.35, 0.7] : [];
  for (const share of shares) elsewhere.push(await pictures(startSec + share * durationSec, samplePackets));
  const tail = await readTail(file, container, deps, signal);
  const frames = await ffprobe(
    file,
    ['-select_streams', 'V', '-read_intervals', `%+#${decodedPackets}`, '-show_frames'],
    deps,
    signal,
  );
  signal.throwIfAborted();

  const evidence: ProbeEvidence = {
    container: opened.json,
    firstFrames: parseJson(frames.stdout),
    head,
    elsewhere,
    tail,
    sizeBytes: size,
    endsAbruptly: endsAbruptly(container, tail.stderr, size),
    measured: { activeArea: null, fieldOrder: new Map() },
  };
  const facts = readMediaFacts(evidence);
  if (facts.video.every((video) => video.disposition.attachedPicture) && facts.audio.length === 0) {
    return { ok: false, ...notMedia(file, 'it holds neither picture nor sound') };
  }
  const measured = await measure(file, facts, deps, signal, options);
  return { ok: true, facts: measured === null ? facts : readMediaFacts({ ...evidence, measured }) };
}

async function sizeOf(file: string): Promise<number | ProbeRefusal> {
  const name = nameInMessage(file);
  try {
    const about = await stat(file);
    if (!about.isFile()) return { code: 'not-a-file', message: `${name} is not a file; name a media file` };
    await access(file, constants.R_OK);
    return about.size > 0 ? about.size : { code: 'empty', message: `${name} is empty (0 bytes); get the file again` };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? { code: 'not-found', message: `${name} does not exist; check the path` }
      : { code: 'unreadable', message: `${name} may not be read (${String(code)}); allow this user to read it` };
  }
}

type Opened = { ok: true; container: ContainerAnswer; json: unknown } | ({ ok: false } & ProbeRefusal);

async function openContainer(file: string, deps: ProbeDeps, signal: AbortSignal): Promise<Opened> {
  const outcome = await ffprobe(file, ['-show_format', '-show_streams', '-show_chapters'], deps, signal);
  signal.throwIfAborted();
  const json = parseJson(outcome.stdout);
  const container = containerAnswer.safeParse(json);
  if (!outcome.ok || !container.success) {
    return { ok: false, ...refusalOf(file, outcome.stderrTail, await firstBytes(file)) };
  }
  return { ok: true, container: container.data, json };
}

async function firstBytes(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(16), 0, 16, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Transport streams are made of packets of 188 bytes, with 4 more on Blu-ray and 16 more in broadcasting. */
const transportPackets = [188, 192, 204];

function endsAbruptly(container: ContainerAnswer, stderr: readonly string[], sizeBytes: number): boolean {
  if (container.format.format_name === 'mpegts') return transportPackets.every((packet) => sizeBytes % packet !== 0);
  return stderr.some((line) => /partial file|File ended prematurely|Packet corrupt|[Tt]runcat/.test(line));
}

async function measure(
  file: string,
  facts: MediaFacts,
  deps: ProbeDeps,
  signal: AbortSignal,
  options: ProbeOptions,
): Promise<ProbeEvidence['measured'] | null> {
  const films = facts.video.filter((video) => !video.disposition.attachedPicture);
  const fieldOrder = new Map<number, FieldOrder>();
  for (const video of options.measureInterlacing === true ? films : []) {
    if (video.fieldOrder !== null && !maybeMislabelled(video.codec, facts.format)) continue;
    const seen = await measureInterlacing(file, video, facts, deps, signal);
    if (seen !== null) fieldOrder.set(video.index, seen);
  }
  const [film] = films;
  const wantsArea = options.measureActiveArea === true && film !== undefined;
  const activeArea = wantsArea ? await measureActiveArea(file, film, facts, deps, signal) : null;
  signal.throwIfAborted();
  return fieldOrder.size === 0 && activeArea === null ? null : { activeArea, fieldOrder };
}

/** Broadcasting sends film in interlaced frames and interlaced pictures in streams flagged progressive. */
function maybeMislabelled(codec: string | null, format: string): boolean {
  return codec === 'mpeg2video' || (codec === 'h264' && format === 'mpegts');
}
