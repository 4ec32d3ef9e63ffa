import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type CodecListing, readCodecList, readFilterList } from '#main/media/command/capability-lists.ts';
import { isHardwareEncoder } from '#main/media/plan/codecs.ts';
import { trialEncodeArgs, trialFrames } from '#main/media/command/trial-encode.ts';
import { ffprobe, type ProbeDeps, parseJson } from './ffprobe-reads.ts';
import type { FfmpegTools } from './find.ts';
import { runFfmpeg } from './run.ts';

export type Capabilities = {
  encoders: readonly CodecListing[];
  decoders: readonly CodecListing[];
  filters: ReadonlySet<string>;
};

export type TrialResult = { encoder: string; works: true } | { encoder: string; works: false; reason: string };

/** What this build of FFmpeg lists. Listed hardware encoders still have to pass `trialEncode`. */
export function capabilitiesOf(deps: ProbeDeps, signal: AbortSignal): Promise<Capabilities> {
  return once(lists, deps.tools, 'lists', () => readCapabilities(deps, signal));
}

/**
 * Whether an encoder can be relied on. Software encoders are believed when listed; hardware encoders encode a second of
 * picture, which must decode to the same number of pictures of the right size and codec. `reason` holds FFmpeg's words.
 */
export function trialEncode(encoder: string, deps: ProbeDeps, signal: AbortSignal): Promise<TrialResult> {
  return once(trials, deps.tools, encoder, () => tryEncoder(encoder, deps, signal));
}

/** Encodes with it and looks at the result, software too; asked anew each time. */
export async function proveEncoder(encoder: string, deps: ProbeDeps, signal: AbortSignal): Promise<TrialResult> {
  const { encoders } = await capabilitiesOf(deps, signal);
  const listing = encoders.find((candidate) => candidate.name === encoder);
  if (listing === undefined) return { encoder, works: false, reason: notBuiltIn };
  const folder = await mkdtemp(join(tmpdir(), 'encrew-trial-'));
  try {
    const reason = await faultOfTrial(listing, join(folder, 'trial.mkv'), deps, signal);
    return reason === null ? { encoder, works: true } : { encoder, works: false, reason };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Answers of one build don't change while Encrew runs; drivers are asked again after a restart. */
const lists = new Map<string, Promise<Capabilities>>();
const trials = new Map<string, Promise<TrialResult>>();

function once<T>(
  answers: Map<string, Promise<T>>,
  tools: FfmpegTools,
  question: string,
  ask: () => Promise<T>,
): Promise<T> {
  const key = [tools.ffmpegPath, tools.version, tools.configuration, question].join('\0');
  const known = answers.get(key);
  if (known !== undefined) return known;
  const answer = ask();
  answers.set(key, answer);
  // A question that was broken off may be asked again.
  answer.catch(() => answers.delete(key));
  return answer;
}

async function readCapabilities(deps: ProbeDeps, signal: AbortSignal): Promise<Capabilities> {
  const list = async (option: string): Promise<string> => {
    const command = { tool: 'ffmpeg' as const, args: ['-hide_banner', '-v', 'error', option], cwd: tmpdir() };
    const outcome = await runFfmpeg(command, { ...deps, signal });
    signal.throwIfAborted();
    if (!outcome.ok) throw new Error(`${outcome.message}: ${outcome.commandLine}`);
    return outcome.stdout;
  };
  return {
    encoders: readCodecList(await list('-encoders')),
    decoders: readCodecList(await list('-decoders')),
    filters: new Set(readFilterList(await list('-filters'))),
  };
}

async function tryEncoder(encoder: string, deps: ProbeDeps, signal: AbortSignal): Promise<TrialResult> {
  if (isHardwareEncoder(encoder)) return proveEncoder(encoder, deps, signal);
  const { encoders } = await capabilitiesOf(deps, signal);
  if (encoders.some(({ name }) => name === encoder)) return { encoder, works: true };
  return { encoder, works: false, reason: notBuiltIn };
}

const notBuiltIn = 'this FFmpeg was built without it';

/** A driver that hangs is a driver that doesn't work. */
const trialTimeoutMs = 20_000;

const trialAnswer = z.object({
  streams: z.tuple([
    z.object({ codec_name: z.string(), width: z.number(), height: z.number(), nb_read_frames: z.coerce.number() }),
  ]),
});

async function faultOfTrial(
  listing: CodecListing,
  path: string,
  deps: ProbeDeps,
  signal: AbortSignal,
): Promise<string | null> {
  const command = {
    tool: 'ffmpeg' as const,
    args: trialEncodeArgs(listing.name, path, deps.tools.gpuDevice?.() ?? null),
    cwd: tmpdir(),
  };
  const run = await runFfmpeg(command, { ...deps, signal, stallTimeoutMs: trialTimeoutMs, partialPaths: [path] });
  signal.throwIfAborted();
  if (!run.ok) return run.message;
  const look = await ffprobe(path, ['-count_frames', '-show_streams'], deps, signal);
  signal.throwIfAborted();
  const answer = trialAnswer.safeParse(parseJson(look.stdout));
  if (!answer.success) return 'what it made can not be read';
  const [made] = answer.data.streams;
  const asAsked = made.codec_name === listing.codec && made.width === 640 && made.height === 360;
  if (!asAsked) return `it made ${made.codec_name} ${made.width}x${made.height} instead of ${listing.codec} 640x360`;
  return made.nb_read_frames === trialFrames
    ? null
    : `${made.nb_read_frames} of ${trialFrames} pictures can be decoded`;
}
