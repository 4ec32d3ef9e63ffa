import type { Words } from './words.ts';

export const de: Words = {
  open: 'Encrew öffnen',
  pause: 'Diesen Rechner pausieren',
  pauseHour: 'Eine Stunde pausieren',
  resume: 'Fortsetzen',
  becomeNode: 'Diesen Rechner einem Server leihen',
  isNode: 'Dieser Rechner ist verliehen',
  quitWhenDone: 'Beenden, wenn alles fertig ist',
  restartToUpdate: 'Zum Aktualisieren neu starten',
  quit: 'Beenden',
  tray: {
    notChosen: 'wartet auf die erste Wahl',
    starting: 'startet',
    idle: 'nichts zu tun',
    working: (films, percent) =>
      `${films === 1 ? '1 Film' : `${films} Filme`}${percent === null ? '' : `, ${percent} %`}`,
    waiting: (films) => `${films} warten`,
    paused: 'pausiert',
    pausedUntil: (time) => `pausiert bis ${time}`,
    lent: 'an einen Server verliehen',
    unpaired: 'wartet darauf, gekoppelt zu werden',
    broken: 'durch einen Fehler angehalten',
    finishing: 'wird beendet',
  },
  notice: {
    finished: 'Ein Film ist fertig',
    failed: 'Ein Film ist fehlgeschlagen',
    nodeFound: 'Ein Rechner möchte helfen',
    nodeFoundText: (name) => `${name} ist in deinem Netz und kann gekoppelt werden.`,
    nodeJoined: 'Ein Rechner ist dabei',
    pairing: 'Ein Server möchte diesen Rechner',
    pairingText: (server, digits) => `Zeigt ${server} ${digits}? Dann bestätige dort.`,
    paired: 'Gekoppelt',
    pairedText: (server) => `Dieser Rechner arbeitet jetzt für ${server}.`,
    broken: 'Encrew arbeitet nicht mehr',
  },
  quitting: {
    question: 'Encrew encodiert noch.',
    detail:
      'Erst fertig werden: Encrew beendet sich, sobald alles fertig ist. Jetzt beenden: Was fertig ist, bleibt, und der Rest geht beim nächsten Start weiter.',
    finishFirst: 'Erst fertig werden',
    quitNow: 'Jetzt beenden',
    goOn: 'Weitermachen',
  },
  dialog: {
    pickFilms: 'Filme wählen',
    pickFolders: 'Ordner mit Filmen wählen',
    films: 'Filme',
    allFiles: 'Alle Dateien',
  },
};
