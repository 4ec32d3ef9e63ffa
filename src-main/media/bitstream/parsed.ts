/*
 * Damaged and foreign files are an expected outcome: every public parser here gives a `Parsed` value. Inside, readers
 * throw `DamagedData` so that the parsing code stays as plain as the tables in the standards; `attempt` is the one
 * place that turns it into a value.
 */

export type ParseFaultCode =
  /** The data ends inside something that says it is longer. */
  | 'cut-short'
  /** A size field contradicts its surroundings. */
  | 'bad-size'
  /** A field holds a value that its standard forbids. */
  | 'bad-value'
  /** A mandatory part is not there. */
  | 'missing'
  /** Valid, but nothing this project reads. */
  | 'unsupported';

export type ParseFault = {
  code: ParseFaultCode;
  /** Where, bytes from the start of the parsed data. */
  atByte: number;
  detail: string;
};

export type Parsed<T> = { ok: true; value: T } | { ok: false; fault: ParseFault };

/** Thrown by readers on damaged data; leaves this folder only as a `Parsed` value. */
export class DamagedData extends Error {
  readonly fault: ParseFault;

  constructor(code: ParseFaultCode, atByte: number, detail: string) {
    super(`${code} at byte ${atByte}: ${detail}`);
    this.name = 'DamagedData';
    this.fault = { code, atByte, detail };
  }
}

/** Runs a parser that reports damage by throwing. Any other error is a defect of ours and passes through. */
export function attempt<T>(parse: () => T): Parsed<T> {
  try {
    return { ok: true, value: parse() };
  } catch (error) {
    if (error instanceof DamagedData) return { ok: false, fault: error.fault };
    throw error;
  }
}
