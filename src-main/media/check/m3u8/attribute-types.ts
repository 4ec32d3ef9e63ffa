import type { AttributeValue } from './playlist-model.ts';

/** The value types of RFC 8216 4.2. A list of words is an enumerated-string that has to be one of them. */
export type AttributeType =
  | 'decimal-integer'
  | 'hexadecimal-sequence'
  | 'decimal-floating-point'
  | 'signed-decimal-floating-point'
  | 'quoted-string'
  | 'enumerated-string'
  | 'decimal-resolution'
  /** CLOSED-CAPTIONS: a quoted group or the bare word NONE. */
  | 'quoted-string-or-none'
  | readonly string[];

export type AttributeSpec = { type: AttributeType; required?: true };
export type AttributeSpecs = Readonly<Record<string, AttributeSpec>>;

/** What is wrong with a value; null when nothing is. */
export function typeFault(value: AttributeValue, type: AttributeType): string | null {
  const wantsQuotes = type === 'quoted-string' || (type === 'quoted-string-or-none' && value.text !== 'NONE');
  if (wantsQuotes !== value.isQuoted) {
    return wantsQuotes ? `${value.text} must be in quotes` : `"${value.text}" must not be in quotes`;
  }
  if (typeof type !== 'string') {
    return type.includes(value.text) ? null : `${value.text} is not one of ${type.join(', ')}`;
  }
  const pattern = patterns[type];
  return pattern === undefined || pattern.test(value.text) ? null : `${value.text} is no ${type}`;
}

const patterns: Partial<Record<string, RegExp>> = {
  'decimal-integer': /^\d{1,20}$/,
  'hexadecimal-sequence': /^0[xX][0-9A-Fa-f]+$/,
  'decimal-floating-point': /^\d+(\.\d+)?$/,
  'signed-decimal-floating-point': /^-?\d+(\.\d+)?$/,
  'decimal-resolution': /^[1-9]\d*x[1-9]\d*$/,
  'enumerated-string': /^[^",\s]+$/,
};

const yesNo = ['YES', 'NO'] as const;
const quoted: AttributeSpec = { type: 'quoted-string' };

/** RFC 8216 4.3.4.1, with what its successor added. */
export const mediaAttributes: AttributeSpecs = {
  TYPE: { type: ['AUDIO', 'VIDEO', 'SUBTITLES', 'CLOSED-CAPTIONS'], required: true },
  URI: quoted,
  'GROUP-ID': { type: 'quoted-string', required: true },
  LANGUAGE: quoted,
  'ASSOC-LANGUAGE': quoted,
  NAME: { type: 'quoted-string', required: true },
  'STABLE-RENDITION-ID': quoted,
  DEFAULT: { type: yesNo },
  AUTOSELECT: { type: yesNo },
  FORCED: { type: yesNo },
  'INSTREAM-ID': quoted,
  'BIT-DEPTH': { type: 'decimal-integer' },
  'SAMPLE-RATE': { type: 'decimal-integer' },
  CHARACTERISTICS: quoted,
  CHANNELS: quoted,
};

const everyVariant: AttributeSpecs = {
  BANDWIDTH: { type: 'decimal-integer', required: true },
  'AVERAGE-BANDWIDTH': { type: 'decimal-integer' },
  SCORE: { type: 'decimal-floating-point' },
  CODECS: quoted,
  'SUPPLEMENTAL-CODECS': quoted,
  RESOLUTION: { type: 'decimal-resolution' },
  'HDCP-LEVEL': { type: ['TYPE-0', 'TYPE-1', 'NONE'] },
  'ALLOWED-CPC': quoted,
  'VIDEO-RANGE': { type: ['SDR', 'HLG', 'PQ'] },
  'STABLE-VARIANT-ID': quoted,
  'PATHWAY-ID': quoted,
  VIDEO: quoted,
  'PROGRAM-ID': { type: 'decimal-integer' },
};

/** RFC 8216 4.3.4.2. NAME and COLOUR-SPACE are extras of S1 without a type of their own. */
export const streamInfAttributes: AttributeSpecs = {
  ...everyVariant,
  'FRAME-RATE': { type: 'decimal-floating-point' },
  AUDIO: quoted,
  SUBTITLES: quoted,
  'CLOSED-CAPTIONS': { type: 'quoted-string-or-none' },
};

/** RFC 8216 4.3.4.3. */
export const iFrameStreamInfAttributes: AttributeSpecs = {
  ...everyVariant,
  URI: { type: 'quoted-string', required: true },
};

/** RFC 8216 4.3.2.5. */
export const mapAttributes: AttributeSpecs = { URI: { type: 'quoted-string', required: true }, BYTERANGE: quoted };

/** RFC 8216 4.3.2.4. */
export const keyAttributes: AttributeSpecs = {
  METHOD: { type: ['NONE', 'AES-128', 'SAMPLE-AES', 'SAMPLE-AES-CTR'], required: true },
  URI: quoted,
  IV: { type: 'hexadecimal-sequence' },
  KEYFORMAT: quoted,
  KEYFORMATVERSIONS: quoted,
};

/** RFC 8216 4.3.5.2. */
export const startAttributes: AttributeSpecs = {
  'TIME-OFFSET': { type: 'signed-decimal-floating-point', required: true },
  PRECISE: { type: yesNo },
};

/** RFC 8216 4.3.4.4. */
export const sessionDataAttributes: AttributeSpecs = {
  'DATA-ID': { type: 'quoted-string', required: true },
  VALUE: quoted,
  URI: quoted,
  LANGUAGE: quoted,
};
