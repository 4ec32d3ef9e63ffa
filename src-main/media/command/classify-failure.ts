import type { FailureCode } from '#shared/model/failure.ts';
import { isDecodeError } from './stderr-digest.ts';

export type EndOfRun = {
  args: readonly string[];
  exitCode: number | null;
  signal: string | null;
  /** Why Encrew itself ended the run; null when it did not. */
  endedBecause: 'stop' | 'stall' | null;
  /** The system's code when the program could not be started (`ENOENT`). */
  startError: string | null;
  /** The last lines of stderr. */
  stderr: readonly string[];
  outputFaults: readonly string[];
};

export type Failure = { code: FailureCode; message: string };

/**
 * Judges the end of a run; null when it succeeded. Exit code 0 is not proof: FFmpeg 5.1 gives it after losing output to a
 * full disk. The order matters: an encoder that could not get memory also says that it could not be opened.
 */
export function classifyFailure(run: EndOfRun): Failure | null {
  if (run.endedBecause === 'stop') return { code: 'stopped', message: 'FFmpeg was stopped as asked' };
  if (run.endedBecause === 'stall')
    return { code: 'stalled', message: 'FFmpeg made no progress any more and was stopped' };
  if (run.startError !== null) return failedStart(run.startError);
  if (run.exitCode === 0 && run.outputFaults.length === 0) return null;

  const lines = meaningfulLines(run);
  for (const { code, pattern } of verdicts) {
    const at = lines.findIndex((candidate) => pattern.test(candidate.masked));
    if (at >= 0)
      return {
        code,
        message: told(
          code,
          sayingMore(
            lines.map(({ plain }) => plain),
            at,
          ),
        ),
      };
  }
  const killed = killedBy(run);
  if (killed !== null) return killed;
  const unreadable = lines.find((line) => isInputFault(line.masked));
  if (unreadable !== undefined) return { code: 'bad-input', message: told('bad-input', unreadable.plain) };
  const known = run.exitCode === null ? undefined : codesOfNewerVersions[run.exitCode];
  const lastWords = lines.findLast(
    (line) => !/^(Conversion failed!|Error splitting the argument list)/.test(line.plain),
  );
  const code = known ?? (run.stderr.some(isDecodeError) && lastWords === undefined ? 'bad-input' : 'unknown');
  return { code, message: told(code, lastWords?.plain ?? endOf(run)) };
}

const inputMark = '‹input›';
const otherMark = '‹argument›';

const verdicts: readonly { code: FailureCode; pattern: RegExp }[] = [
  { code: 'disk-full', pattern: /No space left on device|Disk quota exceeded|File too large/ },
  // GPU memory and NVENC's session limit: another encoder is the way out, not a smaller job.
  { code: 'encoder-failed', pattern: /OpenEncodeSessionEx failed|CUDA_ERROR_OUT_OF_MEMORY|VK_ERROR_OUT_OF/ },
  {
    code: 'out-of-memory',
    pattern:
      /Cannot allocate memory|malloc of size \d+ failed|std::bad_alloc|[Oo]ut of memory|Resource temporarily unavailable/,
  },
  {
    code: 'encoder-missing',
    pattern: /^Unknown encoder|Encoder not found|No such filter:|Automatic encoder selection failed/,
  },
  {
    code: 'encoder-failed',
    pattern:
      /Cannot load (libcuda|nvcuda|libnvidia|nvEncode|libamfrt|amfrt)|Error initializing an internal MFX session|Device (creation|setup) failed|No (VA display found|device available for|capable devices found)|Impossible to convert between the formats/,
  },
  { code: 'permission', pattern: /Permission denied|Read-only file system|Operation not permitted|Access is denied/ },
  // Told before the general line, these name the setting at fault.
  {
    code: 'encoder-failed',
    pattern: /^\[[^\]]+ @ [^\]]+\] (Error setting|.* out of range \[)|^x26[45] \[error\]|^Svt\[error\]/,
  },
  {
    code: 'encoder-failed',
    pattern:
      /Error while opening encoder|Error (submitting|sending) .*(to|the) encoder|(Video|Audio) encoding failed|Error encoding a frame|Error reinitializing filters/,
  },
];

function isInputFault(line: string): boolean {
  if (/moov atom not found|matches no streams|[Ff]ormat not on whitelist|does not contain any stream/.test(line))
    return true;
  if (/Error opening input/.test(line)) return true;
  if (isDecodeError(line)) return false;
  // `No such file` about an output folder is not the source's fault.
  return line.includes(inputMark) || /EBML header parsing failed/.test(line);
}

/** `-AVERROR` as FFmpeg 6.1 and later exit with it, modulo 256. */
const codesOfNewerVersions: Readonly<Record<number, FailureCode>> = {
  228: 'disk-full', // ENOSPC
  244: 'out-of-memory', // ENOMEM
  243: 'permission', // EACCES
  183: 'bad-input', // AVERROR_INVALIDDATA
  8: 'encoder-missing', // AVERROR_ENCODER_NOT_FOUND
};

/**
 * Lines that may be FFmpeg's own judgement: indented ones show the file's tags, and argv's own words are masked, so that a
 * film called "Permission denied" is not taken for a refusal.
 */
function meaningfulLines(run: EndOfRun): { plain: string; masked: string }[] {
  const inputs = run.args
    .filter((_, i) => run.args[i - 1] === '-i')
    .flatMap((name) => [name, name.replace(/^file:/, '')]);
  const others = run.args.filter((word) => word.length >= 8 && !word.startsWith('-') && !inputs.includes(word));
  const byLength = (a: string, b: string) => b.length - a.length;
  return [...run.outputFaults, ...run.stderr]
    .filter((line) => !/^\s/.test(line))
    .map((plain) => {
      let masked = plain;
      for (const name of inputs.filter((n) => n !== '').sort(byLength)) masked = masked.replaceAll(name, inputMark);
      for (const word of others.sort(byLength)) masked = masked.replaceAll(word, otherMark);
      return { plain, masked };
    });
}

/** "maybe incorrect parameters such as ..." tells nothing; what the encoder itself said before it does. */
function sayingMore(lines: readonly string[], at: number): string {
  const line = lines[at] ?? '';
  if (!/maybe incorrect parameters/.test(line)) return line;
  return lines.slice(0, at).findLast((earlier) => /^\[[^\]]+ @ 0x/.test(earlier)) ?? line;
}

function failedStart(systemCode: string): Failure {
  switch (systemCode) {
    case 'EACCES':
    case 'EPERM':
      return { code: 'permission', message: `the system does not let FFmpeg start (${systemCode})` };
    case 'ENOMEM':
    case 'EAGAIN':
      return { code: 'out-of-memory', message: `the system has no room for another process (${systemCode})` };
    default:
      return { code: 'unknown', message: `FFmpeg could not be started (${systemCode})` };
  }
}

function killedBy(run: EndOfRun): Failure | null {
  const signal = run.signal ?? (run.exitCode === 137 ? 'SIGKILL' : run.exitCode === 143 ? 'SIGTERM' : null);
  if (signal === 'SIGKILL') {
    return { code: 'killed', message: 'FFmpeg was killed from outside (SIGKILL), perhaps because memory ran out' };
  }
  if (signal === 'SIGTERM' || signal === 'SIGINT' || signal === 'SIGHUP' || signal === 'SIGQUIT') {
    return { code: 'killed', message: `FFmpeg was ended from outside (${signal})` };
  }
  if (run.exitCode === 255 && run.stderr.some((line) => /received signal \d+/.test(line))) {
    return { code: 'killed', message: 'FFmpeg was ended from outside' };
  }
  return signal === null ? null : { code: 'unknown', message: `FFmpeg crashed (${signal})` };
}

function told(code: FailureCode, words: string): string {
  const reason = words.replace(/^(\[[^\]]* @ 0x[0-9a-f]+\] )+/, '').trim();
  switch (code) {
    case 'disk-full':
      return `the disk is full: ${reason}`;
    case 'out-of-memory':
      return `memory ran out: ${reason}`;
    case 'permission':
      return `the system refused access: ${reason}`;
    case 'encoder-missing':
      return `this FFmpeg lacks what the job needs: ${reason}`;
    case 'encoder-failed':
      return `the encoder failed: ${reason}`;
    case 'bad-input':
      return `the source can't be used: ${reason}`;
    case 'killed':
    case 'stalled':
    case 'stopped':
    case 'unknown':
      return `FFmpeg failed: ${reason}`;
    default:
      return unreachable(code);
  }
}

function endOf(run: EndOfRun): string {
  return run.exitCode === null ? 'it gave no reason' : `it gave no reason (exit code ${run.exitCode})`;
}

function unreachable(code: never): never {
  throw new TypeError(`no such failure code: ${String(code)}`);
}
