import type { Words } from './words.ts';

export const es: Words = {
  open: 'Abrir Encrew',
  pause: 'Pausar este equipo',
  pauseHour: 'Pausar una hora',
  resume: 'Reanudar',
  becomeNode: 'Prestar este equipo a un servidor',
  isNode: 'Este equipo está prestado',
  quitWhenDone: 'Salir cuando todo esté hecho',
  restartToUpdate: 'Reiniciar para actualizar',
  quit: 'Salir',
  tray: {
    notChosen: 'espera tu primera elección',
    starting: 'iniciando',
    idle: 'nada que hacer',
    working: (films, percent) =>
      `${films === 1 ? '1 película' : `${films} películas`}${percent === null ? '' : `, ${percent} %`}`,
    waiting: (films) => `${films} en espera`,
    paused: 'en pausa',
    pausedUntil: (time) => `en pausa hasta las ${time}`,
    lent: 'prestado a un servidor',
    unpaired: 'espera a ser emparejado',
    broken: 'detenido por un error',
    finishing: 'terminando',
  },
  notice: {
    finished: 'Una película está lista',
    failed: 'Una película ha fallado',
    nodeFound: 'Un equipo quiere ayudar',
    nodeFoundText: (name) => `${name} está en tu red y se puede emparejar.`,
    nodeJoined: 'Se ha unido un equipo',
    pairing: 'Un servidor quiere este equipo',
    pairingText: (server, digits) => `¿${server} muestra ${digits}? Entonces confírmalo allí.`,
    paired: 'Emparejado',
    pairedText: (server) => `Este equipo trabaja ahora para ${server}.`,
    broken: 'Encrew ha dejado de funcionar',
  },
  quitting: {
    question: 'Encrew todavía está codificando.',
    detail:
      'Terminar antes: Encrew se cierra en cuanto todo esté hecho. Salir ahora: lo terminado se conserva y el resto sigue en el próximo inicio.',
    finishFirst: 'Terminar antes',
    quitNow: 'Salir ahora',
    goOn: 'Continuar',
  },
  dialog: {
    pickFilms: 'Elegir películas',
    pickFolders: 'Elegir carpetas con películas',
    films: 'Películas',
    allFiles: 'Todos los archivos',
  },
};
