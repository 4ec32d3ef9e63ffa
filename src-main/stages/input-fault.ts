/** What was named can't be worked on, in one line: what, why, what to do. */
export class InputFault extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'InputFault';
  }
}
