import type { Words } from './words.ts';

export const fr: Words = {
  open: 'Ouvrir Encrew',
  pause: 'Mettre cette machine en pause',
  pauseHour: 'Pause d’une heure',
  resume: 'Reprendre',
  becomeNode: 'Prêter cette machine à un serveur',
  isNode: 'Cette machine est prêtée',
  quitWhenDone: 'Quitter quand tout est fini',
  restartToUpdate: 'Redémarrer pour mettre à jour',
  quit: 'Quitter',
  tray: {
    notChosen: 'attend votre premier choix',
    starting: 'démarrage',
    idle: 'rien à faire',
    working: (films, percent) =>
      `${films === 1 ? '1 film' : `${films} films`}${percent === null ? '' : `, ${percent} %`}`,
    waiting: (films) => `${films} en attente`,
    paused: 'en pause',
    pausedUntil: (time) => `en pause jusqu’à ${time}`,
    lent: 'prêtée à un serveur',
    unpaired: 'attend d’être appairée',
    broken: 'arrêté par une erreur',
    finishing: 'se termine',
  },
  notice: {
    finished: 'Un film est terminé',
    failed: 'Un film a échoué',
    nodeFound: 'Une machine veut aider',
    nodeFoundText: (name) => `${name} est sur votre réseau et peut être appairée.`,
    nodeJoined: 'Une machine a rejoint l’équipe',
    pairing: 'Un serveur veut cette machine',
    pairingText: (server, digits) => `${server} affiche ${digits} ? Alors confirmez là-bas.`,
    paired: 'Appairée',
    pairedText: (server) => `Cette machine travaille maintenant pour ${server}.`,
    broken: 'Encrew ne fonctionne plus',
  },
  quitting: {
    question: 'Encrew encode encore.',
    detail:
      'Finir d’abord : Encrew se ferme dès que tout est fini. Quitter maintenant : ce qui est fini est gardé, et le reste reprend au prochain démarrage.',
    finishFirst: 'Finir d’abord',
    quitNow: 'Quitter maintenant',
    goOn: 'Continuer',
  },
  dialog: {
    pickFilms: 'Choisir des films',
    pickFolders: 'Choisir des dossiers de films',
    films: 'Films',
    allFiles: 'Tous les fichiers',
  },
};
