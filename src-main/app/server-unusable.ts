/** What keeps a server from starting, in one line: what, why, what to do. */
export class ServerUnusable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ServerUnusable';
  }
}
