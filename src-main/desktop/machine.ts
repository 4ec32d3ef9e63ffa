/** What the shell knows of the machine and of how it was started; tests make one up. */
export type Machine = {
  platform: NodeJS.Platform;
  /** Of this machine, for other people. */
  name: string;
  version: string;
  about: { version: string; electron: string; platform: string };
  /** Best first, BCP 47. */
  languages: readonly string[];
  /** Of the program; of the AppImage itself where it runs from one. */
  executable: string;
  /** `$XDG_CONFIG_HOME`, else `~/.config`. */
  configDir: string;
  /** `$XDG_DATA_HOME`, else `~/.local/share`. */
  shareDir: string;
  homeDir: string;
  /** Of the AppImage that it runs from; null without one. */
  appImage: string | null;
  /** Null outside of a package. */
  resourcesPath: string | null;
  argv: readonly string[];
  cwd: string;
  /** A moment of the wall clock as people write it here: `14:30`. */
  timeOf: (atMs: number) => string;
};
