/*
 * The line structure of an ASS or SSA script: styles and events with the line they stand on. Read here and not by a
 * library because a warning must name lines, and because real scripts miss sections and Format lines. Like libass, and
 * unlike a validator, every line is taken for what it can mean.
 */

export type AssStyle = {
  name: string;
  /** Without the `@` of vertical writing. */
  family: string;
  vertical: boolean;
  /** 400 normal, 700 bold. */
  weight: number;
  italic: boolean;
  /** Numpad place, 1 bottom left to 9 top right. */
  alignment: number;
  line: number;
};

export type AssEvent = {
  /** Line in the script, from 1. */
  line: number;
  startSec: number;
  endSec: number;
  styleName: string;
  text: string;
};

export type AssScript = {
  /** Height of the script's own coordinates. */
  playResY: number;
  /** 2 means that `\n` breaks the line; in the other styles it is a space. */
  wrapStyle: number;
  /** In file order; of two with one name the later counts. */
  styles: AssStyle[];
  /** Dialogue lines in file order; comments are left out. */
  events: AssEvent[];
  /** Lines of a known kind that say nothing usable (no times, too few fields). */
  unreadableLines: number[];
};

const styleFormat = {
  v4: 'Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, TertiaryColour, BackColour, Bold, Italic, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, AlphaLevel, Encoding',
  'v4+':
    'Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding',
};
const eventFormat = 'Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text';

/** libass draws with this where a script has no style at all. */
export const builtInStyle: AssStyle = {
  name: 'Default',
  family: 'Arial',
  vertical: false,
  weight: 400,
  italic: false,
  alignment: 2,
  line: 0,
};

/** Reads a script as libass does: any order of sections, unknown fields passed over, broken lines listed, never refused. */
export function parseAss(text: string): AssScript {
  const script: AssScript = { playResY: 288, wrapStyle: 0, styles: [], events: [], unreadableLines: [] };
  let section: 'info' | 'v4' | 'v4+' | 'events' | 'other' = 'other';
  let styleFields: string[] | null = null;
  let eventFields: string[] | null = null;
  for (const [i, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const line = raw.trim();
    const heading = /^\[([^\]]*)\]/.exec(line)?.[1]?.trim().toLowerCase();
    if (heading !== undefined) {
      section = sectionOf(heading);
      continue;
    }
    const [, key = '', value = ''] = /^([A-Za-z]+)\s*:\s*(.*)$/su.exec(line) ?? [];
    switch (key.toLowerCase()) {
      case 'format':
        if (section === 'events') eventFields = fieldNames(value);
        else if (section === 'v4' || section === 'v4+') styleFields = fieldNames(value);
        break;
      case 'playresy':
        script.playResY = positive(value) ?? script.playResY;
        break;
      case 'wrapstyle':
        script.wrapStyle = positive(value) ?? 0;
        break;
      case 'style': {
        const version = section === 'v4' ? 'v4' : 'v4+';
        const style = styleOf(record(value, styleFields ?? fieldNames(styleFormat[version])), version, i + 1);
        if (style === null) script.unreadableLines.push(i + 1);
        else script.styles.push(style);
        break;
      }
      case 'dialogue': {
        const event = eventOf(record(value, eventFields ?? fieldNames(eventFormat)), i + 1);
        if (event === null) script.unreadableLines.push(i + 1);
        else script.events.push(event);
        break;
      }
    }
  }
  return script;
}

/**
 * The style that libass draws with: the last one of that name, names beginning with `*` as if they didn't, and
 * `Default` in any letter case; an unknown name gets the script's Default style, else its first.
 */
export function styleNamed(script: AssScript, name: string): AssStyle {
  return findStyle(script, name) ?? findStyle(script, 'Default') ?? script.styles[0] ?? builtInStyle;
}

/** The last style of that name, as libass looks it up: a leading `*` is ignored; null when there is none. */
export function findStyle(script: AssScript, name: string): AssStyle | null {
  const plain = name.trim().replace(/^\*+/, '');
  const wanted = plain.toLowerCase() === 'default' ? 'Default' : plain;
  return script.styles.findLast((style) => style.name === wanted) ?? null;
}

/** Splits `@Family` of vertical writing. */
export function fontName(text: string): { family: string; vertical: boolean } {
  const name = text.trim();
  return name.startsWith('@') ? { family: name.slice(1).trim(), vertical: true } : { family: name, vertical: false };
}

function sectionOf(heading: string): 'info' | 'v4' | 'v4+' | 'events' | 'other' {
  if (heading === 'script info') return 'info';
  if (heading === 'v4 styles') return 'v4';
  if (/^v4\s*\+{1,2}\s*styles\+?$/.test(heading)) return 'v4+';
  return heading === 'events' ? 'events' : 'other';
}

function fieldNames(format: string): string[] {
  return format.split(',').map((name) => name.trim().toLowerCase());
}

/** The last field takes the rest of the line, commas and all. */
function record(value: string, fields: readonly string[]): Map<string, string> {
  const parts = value.split(',');
  const last = fields.length - 1;
  const values = [...parts.slice(0, last), parts.slice(last).join(',')];
  return new Map(fields.map((name, i) => [name, (values[i] ?? '').trim()]));
}

function styleOf(fields: ReadonlyMap<string, string>, version: 'v4' | 'v4+', line: number): AssStyle | null {
  const { family, vertical } = fontName(fields.get('fontname') ?? '');
  if (family === '') return null;
  const name = (fields.get('name') ?? '').replace(/^\*+/, '');
  const bold = Number.parseInt(fields.get('bold') ?? '0', 10);
  const alignment = Number.parseInt(fields.get('alignment') ?? '2', 10);
  return {
    name: name.toLowerCase() === 'default' ? 'Default' : name,
    family,
    vertical,
    weight: bold === 1 || bold === -1 ? 700 : bold >= 100 ? bold : 400,
    italic: Number.parseInt(fields.get('italic') ?? '0', 10) !== 0 && fields.get('italic') !== '',
    alignment: version === 'v4' ? numpadOfLegacy(alignment) : alignment >= 1 && alignment <= 9 ? alignment : 2,
    line,
  };
}

/** SSA counts 1 to 3 along the bottom, adds 4 for the top and 8 for the middle. */
export function numpadOfLegacy(alignment: number): number {
  const column = alignment & 3;
  if (column === 0) return 2;
  return column + ((alignment & 4) !== 0 ? 6 : (alignment & 8) !== 0 ? 3 : 0);
}

function eventOf(fields: ReadonlyMap<string, string>, line: number): AssEvent | null {
  const startSec = assTime(fields.get('start') ?? '');
  const endSec = assTime(fields.get('end') ?? '');
  if (startSec === null || endSec === null) return null;
  return { line, startSec, endSec, styleName: fields.get('style') ?? '', text: fields.get('text') ?? '' };
}

/** `H:MM:SS.cc`; hundredths by the format, any fraction in the wild. */
function assTime(text: string): number | null {
  const match = /^(-?)(\d+):(\d+):(\d+)(?:[.,:](\d+))?$/.exec(text.trim());
  if (match === null) return null;
  const [, sign, hours, minutes, seconds, fraction = '0'] = match;
  const whole = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  const value = whole + Number(`0.${fraction}`);
  return sign === '-' ? -value : value;
}

function positive(text: string): number | null {
  const value = Number.parseInt(text, 10);
  return value > 0 ? value : null;
}
