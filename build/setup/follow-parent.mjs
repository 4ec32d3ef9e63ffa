const lookEveryMs = 500;

/**
 * npm hands SIGTERM to its shell alone, which dies of it and leaves what it started running. An orphan has a new parent: so
 * told, this process sends itself the signal that was meant for it.
 */
export function followParent() {
  // Windows has no such signal: whoever ends a process there ends it outright.
  if (process.platform === 'win32') return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, lookEveryMs);
  watch.unref();
}
