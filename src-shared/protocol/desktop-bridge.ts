/*
 * What the preload script needs of the desktop app's conversation (desktop.ts): it is one small file that every page loads.
 */

/** `window.desktop`, which the preload script makes. Only plain values cross. */
export type DesktopBridge<DroppedFile> = {
  /** This page is the app's own, without a server. */
  isOwnPage: boolean;
  call: (message: { call: string; ask: unknown }) => Promise<unknown>;
  listen: (listener: (news: unknown) => void) => () => void;
  /** Where a file lies that was dropped or chosen; empty for one that is on no disk. */
  pathOf: (file: DroppedFile) => string;
};

/** The names under which they travel between the processes. */
export const desktopChannels = { call: 'encrew:call', news: 'encrew:news' } as const;

/** The pages that are there before any server is: the first choice, and a lent machine's. */
export const desktopPages = { scheme: 'encrew-app', origin: 'encrew-app://pages' } as const;
