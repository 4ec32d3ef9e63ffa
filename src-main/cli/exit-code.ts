/** What a script may rely on; nothing else is ever returned, save 128 + signal number after a forced stop. */
export const exitCode = {
  done: 0,
  workFailed: 1,
  /** Wrong usage or unusable input; nothing was touched. */
  unusable: 2,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
