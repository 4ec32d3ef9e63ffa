import type { AssEvent, AssScript, AssStyle } from './ass-script.ts';
import { findStyle, fontName, numpadOfLegacy, styleNamed } from './ass-script.ts';

/** Text of an event that is drawn one way. Line breaks are `\n`, hard spaces U+00A0; drawings and comments are gone. */
export type AssRun = {
  text: string;
  family: string;
  vertical: boolean;
  weight: number;
  italic: boolean;
  underline: boolean;
  /** Weight of the event's style: tells a bold word from a bold style. */
  styleWeight: number;
};

export type AssEventRuns = {
  runs: AssRun[];
  /** Numpad place, 1 to 9, from the style or the first `\an`. */
  alignment: number;
  /** Height of `\pos` or of where `\move` begins, as a share of the picture; null when not placed. */
  placedAt: number | null;
};

type State = {
  style: AssStyle;
  family: string;
  vertical: boolean;
  weight: number;
  italic: boolean;
  underline: boolean;
};

/**
 * Follows override tags as libass does: `\fn`, `\b`, `\i`, `\u`, `\r`, drawings by `\p` whose mode lasts over later
 * blocks, tags inside `\t(...)`, a `{` without `}` as text.
 */
export function runsOf(script: AssScript, event: AssEvent): AssEventRuns {
  const eventStyle = styleNamed(script, event.styleName);
  let state = fromStyle(eventStyle);
  let drawing = false;
  let alignment: number | null = null;
  let placedAt: number | null = null;
  const runs: AssRun[] = [];
  for (const piece of pieces(event.text)) {
    if (piece.kind === 'text') {
      if (drawing) continue;
      const text = plainText(piece.text, script.wrapStyle);
      if (text !== '') runs.push({ text, ...look(state), styleWeight: state.style.weight });
      continue;
    }
    for (const tag of tagsOf(piece.text)) {
      const scale = /^p\s*(\d+)\s*$/.exec(tag)?.[1];
      if (scale !== undefined) drawing = Number(scale) > 0;
      alignment ??= alignmentOf(tag);
      placedAt ??= heightOf(tag, script.playResY);
      state = applied(state, tag, eventStyle, script);
    }
  }
  return { runs: joined(runs), alignment: alignment ?? eventStyle.alignment, placedAt };
}

function fromStyle(style: AssStyle): State {
  const { family, vertical, weight, italic } = style;
  return { style, family, vertical, weight, italic, underline: false };
}

function look({ family, vertical, weight, italic, underline }: State) {
  return { family, vertical, weight, italic, underline };
}

type Piece = { kind: 'text' | 'tags'; text: string };

function* pieces(text: string): Generator<Piece> {
  const lastEnd = text.lastIndexOf('}');
  let from = 0;
  let at = 0;
  while (at < text.length) {
    // `\{` is libass's way to draw a brace.
    if (text[at] === '\\' && text[at + 1] === '{') {
      at += 2;
      continue;
    }
    const end = text[at] === '{' && at < lastEnd ? text.indexOf('}', at) : -1;
    if (end === -1) {
      at += 1;
      continue;
    }
    if (at > from) yield { kind: 'text', text: text.slice(from, at) };
    yield { kind: 'tags', text: text.slice(at + 1, end) };
    at = end + 1;
    from = at;
  }
  if (from < text.length) yield { kind: 'text', text: text.slice(from) };
}

/** Tags of a block without backslashes, those inside `\t(...)` too. What stands before the first backslash is a comment. */
function tagsOf(block: string): string[] {
  let depth = 0;
  return block
    .split('\\')
    .slice(1)
    .map((part) => {
      const opened = part.indexOf('(');
      const closed = part.indexOf(')');
      const nested = depth > 0;
      for (const character of part) {
        if (character === '(') depth += 1;
        if (character === ')') depth = Math.max(0, depth - 1);
      }
      // `\t(0,500,\fnArial)`: the parenthesis ends the animation, not the name.
      return nested && closed !== -1 && opened === -1 ? part.slice(0, closed) : part;
    });
}

function applied(state: State, tag: string, eventStyle: AssStyle, script: AssScript): State {
  const [, name = '', rest = ''] = /^(fn|r|[biu](?=-?\d|\s*$))(.*)$/s.exec(tag) ?? [];
  switch (name) {
    case 'fn': {
      const value = rest.replace(/\(.*$/s, '').trim();
      return { ...state, ...(value === '' || value === '0' ? fontOfStyle(state.style) : fontName(value)) };
    }
    case 'r': {
      const value = rest.trim();
      return fromStyle(value === '' ? eventStyle : (findStyle(script, value) ?? eventStyle));
    }
    case 'b': {
      const value = Number.parseInt(rest, 10);
      const weight = value === 0 ? 400 : value === 1 ? 700 : value >= 100 ? value : state.style.weight;
      return { ...state, weight };
    }
    case 'i': {
      const value = Number.parseInt(rest, 10);
      return { ...state, italic: value === 0 ? false : value === 1 ? true : state.style.italic };
    }
    case 'u':
      return { ...state, underline: Number.parseInt(rest, 10) === 1 };
    default:
      return state;
  }
}

function fontOfStyle({ family, vertical }: AssStyle) {
  return { family, vertical };
}

function alignmentOf(tag: string): number | null {
  const numpad = /^an\s*([1-9])/.exec(tag)?.[1];
  if (numpad !== undefined) return Number(numpad);
  const legacy = /^a\s*(\d{1,2})/.exec(tag)?.[1];
  return legacy === undefined ? null : numpadOfLegacy(Number(legacy));
}

function heightOf(tag: string, playResY: number): number | null {
  const y = /^(?:pos|move)\s*\(\s*-?[\d.]+\s*,\s*(-?[\d.]+)/.exec(tag)?.[1];
  const share = Number(y ?? 'none') / playResY;
  return Number.isFinite(share) ? share : null;
}

function plainText(text: string, wrapStyle: number): string {
  return text.replace(/\\([Nnh{}])/g, (_, escape: string) => {
    if (escape === 'N') return '\n';
    if (escape === 'n') return wrapStyle === 2 ? '\n' : ' ';
    return escape === 'h' ? '\u00a0' : escape;
  });
}

function joined(runs: readonly AssRun[]): AssRun[] {
  const result: AssRun[] = [];
  for (const run of runs) {
    const last = result.at(-1);
    const alike = last !== undefined && sameLook(last, run);
    if (alike) last.text += run.text;
    else result.push({ ...run });
  }
  return result;
}

function sameLook(a: AssRun, b: AssRun): boolean {
  return (
    a.family === b.family &&
    a.vertical === b.vertical &&
    a.weight === b.weight &&
    a.italic === b.italic &&
    a.underline === b.underline &&
    a.styleWeight === b.styleWeight
  );
}
