/* Loaded before the process of the work: a port like Electron's that fails as soon as somebody listens. */

Object.assign(process, {
  parentPort: {
    postMessage: () => {},
    on: () => {
      setImmediate(() => {
        throw new Error('the port broke at https://ann:secret@example.org/');
      });
    },
  },
});
