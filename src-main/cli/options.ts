import { InvalidArgumentError, Option } from 'commander';

/** `--chunk SECONDS`, shared by the commands that plan. */
export function chunkOption(): Option {
  return new Option('--chunk <seconds>', 'length of a chunk: what a crash costs at most').argParser((text) => {
    const seconds = Number(text);
    if (Number.isFinite(seconds) && seconds >= 1) return seconds;
    throw new InvalidArgumentError('Give a number of seconds, at least 1.');
  });
}
