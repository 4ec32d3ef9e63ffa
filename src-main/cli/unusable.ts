/** Wrong usage or an input that can't be used: ends the program with exit code 2. `message` is one line: what, why, what to do. */
export class Unusable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Unusable';
  }
}
