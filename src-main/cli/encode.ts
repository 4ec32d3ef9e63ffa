import { basename } from 'node:path';
import { Command } from 'commander';
import { encodeJob } from '#main/app/encode-job.ts';
import type { JobResult } from '#main/app/job.ts';
import { findFfmpeg } from '#main/ffmpeg/find.ts';
import { defaultProfileName } from '#main/media/profile/built-in.ts';
import { type Clock, systemClock } from '#main/platform/clock.ts';
import { dataFolder } from '#main/platform/data-folder.ts';
import { createLogger, silentLogger } from '#main/platform/logger.ts';
import { encodeInputs } from '#main/stages/encode-inputs.ts';
import { exitCode } from './exit-code.ts';
import { interruption } from './interruption.ts';
import { jobNews } from './job-news.ts';
import { loadProfile } from './load-profile.ts';
import { oneLine } from './one-line.ts';
import { chunkOption } from './options.ts';

type EncodeOptions = {
  out: string;
  profile: string;
  data?: string;
  chunk?: number;
  acceptTruncated?: boolean;
  overwrite?: boolean;
  json?: boolean;
  verbose?: boolean;
};

/**
 * `encrew encode INPUT... --out DIR`: films in, checked packages out, one after the other. Exit code 1 when the work on one
 * failed, else 2 when one could not be used, else 0.
 */
export function encodeCommand(encrewVersion: string, clock: Clock = systemClock): Command {
  return new Command('encode')
    .description('Makes packages from films: files, or folders that are searched for them.')
    .argument('<inputs...>', 'films, or folders with films')
    .requiredOption('--out <dir>', 'the folder that packages go into')
    .option('--profile <name-or-file>', 'a built-in profile or a .json file', defaultProfileName)
    .addOption(chunkOption())
    .option('--accept-truncated', 'encode what can be decoded of a file that is cut off')
    .option('--overwrite', 'replace a package of that name that is of another film or by another tool')
    .option('--data <dir>', 'where checkpoints and logs are kept')
    .option('--verbose', 'print every command and decision as JSON lines on stderr')
    .option('--json', 'print one JSON object for each film on stdout')
    .action(async (inputs: string[], options: EncodeOptions) => {
      const profile = await loadProfile(options.profile);
      const films = await encodeInputs(inputs, options.out, profile.container);
      const signal = interruption(clock);
      const tools = await findFfmpeg();
      const results: JobResult[] = [];
      for (const [i, film] of films.entries()) {
        signal.throwIfAborted();
        const news = jobNews(film.path, films.length === 1 ? null : { number: i + 1, of: films.length }, clock);
        const result = await encodeJob({
          input: film.path,
          outDir: film.outDir,
          profile,
          options: {
            chunkSec: options.chunk ?? null,
            acceptTruncated: options.acceptTruncated === true,
            overwrite: options.overwrite === true,
            dataDir: dataFolder(options.data, process.env),
          },
          tools,
          clock,
          log: options.verbose === true ? createLogger('debug') : silentLogger,
          signal,
          onEvent: news.event,
          encrewVersion,
        });
        news.end();
        results.push(result);
        if (options.json === true) process.stdout.write(`${resultLine(film.path, result)}\n`);
        process.stderr.write(summary(film.path, result));
      }
      if (results.some(({ state }) => state === 'failed')) process.exitCode = exitCode.workFailed;
      else if (results.some(({ state }) => state === 'refused')) process.exitCode = exitCode.unusable;
      signal.throwIfAborted();
    });
}

/** The `--json` line of design section 5. */
function resultLine(input: string, { state, output, findings, error }: JobResult): string {
  const shown = findings.map(({ code, severity, message, where }) => ({ code, severity, message, where }));
  return JSON.stringify({
    type: 'result',
    input,
    state,
    output,
    findings: shown,
    error: error === null ? null : error.message,
  });
}

function summary(input: string, { state, output, findings, error, logPath }: JobResult): string {
  const told = findings
    .filter(({ severity }) => severity !== 'info')
    .map(
      ({ severity, message, where }) =>
        `  ${severity}: ${oneLine(where === null ? message : `${where}: ${message}`)}\n`,
    );
  if (state === 'completed') return `${told.join('')}done: ${oneLine(output ?? input)}\n`;
  const evidence = state === 'failed' ? ` (log: ${logPath})` : '';
  const why = error?.message ?? 'it failed';
  // A probe's refusal names the file itself.
  const subject = why.includes(basename(input)) ? '' : `${input}: `;
  return `${told.join('')}encrew: ${oneLine(`${subject}${why}`)}${evidence}\n`;
}
