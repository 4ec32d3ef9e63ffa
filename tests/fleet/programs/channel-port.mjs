/* Loaded before the process of the work: Node's own channel in place of Electron's port. */

Object.assign(process, {
  parentPort: {
    postMessage: process.send?.bind(process),
    /** @type {(event: string, hear: (message: { data: unknown }) => void) => void} */
    on: (event, hear) => void process.on(event, (/** @type {unknown} */ data) => hear({ data })),
  },
});
