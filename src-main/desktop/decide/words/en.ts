import type { Words } from './words.ts';

export const en: Words = {
  open: 'Open Encrew',
  pause: 'Pause this machine',
  pauseHour: 'Pause for an hour',
  resume: 'Resume',
  becomeNode: 'Lend this machine to a server',
  isNode: 'This machine is lent',
  quitWhenDone: 'Quit when everything is done',
  restartToUpdate: 'Restart to update',
  quit: 'Quit',
  tray: {
    notChosen: 'waiting for your first choice',
    starting: 'starting',
    idle: 'nothing to do',
    working: (films, percent) =>
      `${films === 1 ? '1 film' : `${films} films`}${percent === null ? '' : `, ${percent} %`}`,
    waiting: (films) => `${films} waiting`,
    paused: 'paused',
    pausedUntil: (time) => `paused until ${time}`,
    lent: 'lent to a server',
    unpaired: 'waiting to be paired',
    broken: 'stopped by an error',
    finishing: 'finishing',
  },
  notice: {
    finished: 'A film is finished',
    failed: 'A film failed',
    nodeFound: 'A machine wants to help',
    nodeFoundText: (name) => `${name} is on your network and can be paired.`,
    nodeJoined: 'A machine has joined',
    pairing: 'A server wants this machine',
    pairingText: (server, digits) => `${server} shows ${digits}? Then confirm there.`,
    paired: 'Paired',
    pairedText: (server) => `This machine now works for ${server}.`,
    broken: 'Encrew has stopped working',
  },
  quitting: {
    question: 'Encrew is still encoding.',
    detail:
      'Finish first: Encrew quits as soon as everything is done. Quit now: what is finished is kept, and the rest goes on at the next start.',
    finishFirst: 'Finish first',
    quitNow: 'Quit now',
    goOn: 'Go on',
  },
  dialog: {
    pickFilms: 'Choose films',
    pickFolders: 'Choose folders with films',
    films: 'Films',
    allFiles: 'All files',
  },
};
