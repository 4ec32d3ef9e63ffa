/** What the shell says outside of the pages: tray, notifications, menus, dialogs. */
export type Words = {
  open: string;
  pause: string;
  pauseHour: string;
  resume: string;
  becomeNode: string;
  isNode: string;
  quitWhenDone: string;
  restartToUpdate: string;
  quit: string;
  tray: {
    notChosen: string;
    starting: string;
    idle: string;
    /** `percent` is whole. */
    working: (films: number, percent: number | null) => string;
    waiting: (films: number) => string;
    paused: string;
    pausedUntil: (time: string) => string;
    lent: string;
    unpaired: string;
    broken: string;
    finishing: string;
  };
  notice: {
    finished: string;
    failed: string;
    nodeFound: string;
    nodeFoundText: (name: string) => string;
    nodeJoined: string;
    pairing: string;
    pairingText: (server: string, digits: string) => string;
    paired: string;
    pairedText: (server: string) => string;
    broken: string;
  };
  /** Asked of those who quit while something is encoded. */
  quitting: {
    question: string;
    detail: string;
    finishFirst: string;
    quitNow: string;
    goOn: string;
  };
  dialog: {
    pickFilms: string;
    pickFolders: string;
    films: string;
    allFiles: string;
  };
};
