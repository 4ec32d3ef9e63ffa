// Ended by a signal that nobody here sent: the kernel's out-of-memory killer does this.
process.kill(process.pid, 'SIGKILL');
