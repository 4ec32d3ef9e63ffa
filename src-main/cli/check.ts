import { resolve } from 'node:path';
import { Command } from 'commander';
import type { MediaFacts } from '#shared/model/facts.ts';
import type { Finding, Severity } from '#shared/model/finding.ts';
import { type Clock, systemClock } from '#main/platform/clock.ts';
import { type CheckResult, checkPackage } from '#main/stages/check/check-package.ts';
import { NotAPackage } from '#main/stages/check/find-package.ts';
import { exitCode } from './exit-code.ts';
import { interruption } from './interruption.ts';
import { oneLine } from './one-line.ts';
import { Unusable } from './unusable.ts';

/** Facts of the file that a package was made from; throws Unusable for a file that is no media. */
export type ProbeSource = (path: string, signal: AbortSignal) => Promise<MediaFacts>;

/** `encrew check`: judges a package. Exit code 0 when it is valid, 1 when it is not, 2 when there is nothing to judge. */
export function checkCommand(probeSource: ProbeSource, clock: Clock = systemClock): Command {
  return new Command('check')
    .description('Checks an HLS folder, an MP4 or an MKV, of Encrew or of any other tool.')
    .argument('<path>', 'a package folder, its master playlist, an .mp4 or an .mkv')
    .option('--source <file>', 'the file it was made from: lengths are compared with it')
    .option('--json', 'print one JSON object')
    .action(async (path: string, options: { source?: string; json?: boolean }) => {
      const signal = interruption(clock);
      const startedMs = clock.monotonicMs();
      const sourceFacts = options.source === undefined ? undefined : await probeSource(resolve(options.source), signal);
      const result = await check(resolve(path), sourceFacts, signal);
      const valid = !result.findings.some((finding) => finding.severity === 'error');
      const seconds = (clock.monotonicMs() - startedMs) / 1000;
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify({ type: 'check', path, kind: result.kind, valid, checked: result.checked, findings: result.findings })}\n`
          : report(result, seconds),
      );
      if (!valid) process.exitCode = exitCode.workFailed;
    });
}

async function check(path: string, sourceFacts: MediaFacts | undefined, signal: AbortSignal): Promise<CheckResult> {
  try {
    return await checkPackage(path, { sourceFacts, signal });
  } catch (error) {
    if (error instanceof NotAPackage) throw new Unusable(error.message, { cause: error });
    throw error;
  }
}

const order: readonly Severity[] = ['error', 'warning', 'info'];

/** One line a finding, the worst first, those of a file together; then the verdict. */
function report(result: CheckResult, seconds: number): string {
  const lines = order.flatMap((severity) => {
    const group = result.findings.filter((finding) => finding.severity === severity);
    return group.sort((a, b) => compare(a.where ?? '', b.where ?? '') || compare(a.code, b.code)).map(findingLine);
  });
  return `${[...lines, verdict(result, seconds)].join('\n')}\n`;
}

function findingLine({ severity, code, where, message }: Finding): string {
  return oneLine(`${severity.padEnd(8)}${code}  ${where === null ? '' : `${where}: `}${message}`);
}

function verdict({ kind, findings, checked }: CheckResult, seconds: number): string {
  const errors = count(findings, 'error');
  const warnings = count(findings, 'warning');
  const word = errors > 0 ? 'NOT VALID' : 'valid';
  const seen = kind === 'hls' ? `${checked.playlists} playlists, ${checked.segments} segments` : '1 file';
  const hashed = checked.filesHashed > 0 ? `, ${plural(checked.filesHashed, 'file')} hashed again` : '';
  return `${word}: ${plural(errors, 'error')}, ${plural(warnings, 'warning')} (${kind}, ${seen}${hashed}, ${seconds.toFixed(1)} s)`;
}

function count(findings: readonly Finding[], severity: Severity): number {
  return findings.filter((finding) => finding.severity === severity).length;
}

function plural(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
