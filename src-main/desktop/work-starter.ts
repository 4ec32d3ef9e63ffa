import type { WorkKind } from './decide/mode-works.ts';
import type { DesktopLog } from './desktop-log.ts';
import type { ForkPort } from './electron-ports.ts';
import type { WorkProcess } from './keep-work.ts';
import { workFile } from './own-files.ts';

/** Answers how to start a process of the work as Electron does it. Its own last words go where the log is. */
export function workStarter(fork: ForkPort, log: Pick<DesktopLog, 'hear' | 'path'>): (kind: WorkKind) => WorkProcess {
  return (kind) => {
    const child = fork(workFile, [log.path], { serviceName: `Encrew ${kind}`, stdio: 'pipe' });
    log.hear(kind, child.stdout);
    log.hear(kind, child.stderr);
    return {
      send: child.postMessage.bind(child),
      onMessage: (hear) => void child.on('message', hear),
      onExit: (work) => void child.on('exit', work),
      kill: () => void child.kill(),
    };
  };
}
