import type { ForkPort } from './electron-ports.ts';
import type { WorkProcess } from './keep-work.ts';
import { workFile } from './own-files.ts';

/** Answers how to start a process of the work as Electron does it. */
export function workStarter(fork: ForkPort): () => WorkProcess {
  return () => {
    const child = fork(workFile, [], { serviceName: 'Encrew work', stdio: 'inherit' });
    return {
      send: child.postMessage.bind(child),
      onMessage: (hear) => void child.on('message', hear),
      onExit: (work) => void child.on('exit', work),
      kill: () => void child.kill(),
    };
  };
}
