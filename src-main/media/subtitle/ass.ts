import { runsOf } from './ass-runs.ts';
import type { AssScript } from './ass-script.ts';

export type FaceUse = { line: number; startSec: number; endSec: number };

/** One face that a script draws with. */
export type UsedFace = {
  /** As first spelled in the script, without `@`. */
  family: string;
  vertical: boolean;
  /** 400 normal, 700 bold. */
  weight: number;
  italic: boolean;
  /** Events that draw with it, in file order. */
  uses: FaceUse[];
  /** Each character drawn with it (a code point as text) and the lines that do so, both in order of appearance. */
  characters: ReadonlyMap<string, readonly number[]>;
};

type GrowingFace = Omit<UsedFace, 'characters'> & { characters: Map<string, number[]> };

/**
 * The faces a script draws with, over styles and override tags, in order of first use. A style that no event uses is
 * not a used face, nor is one whose text is all drawings. Family names are compared without letter case, as libass does.
 */
export function usedFaces(script: AssScript): UsedFace[] {
  const faces = new Map<string, GrowingFace>();
  for (const event of script.events) {
    for (const run of runsOf(script, event).runs) {
      const drawn = drawnCharacters(run.text);
      if (drawn.length === 0) continue;
      const { family, vertical, weight, italic } = run;
      const key = JSON.stringify([family.toLowerCase(), vertical, weight, italic]);
      const face: GrowingFace = faces.get(key) ?? { family, vertical, weight, italic, uses: [], characters: new Map() };
      faces.set(key, face);
      const { line, startSec, endSec } = event;
      if (face.uses.at(-1)?.line !== line) face.uses.push({ line, startSec, endSec });
      for (const character of drawn) {
        const lines = face.characters.get(character) ?? [];
        if (lines.at(-1) !== line) lines.push(line);
        face.characters.set(character, lines);
      }
    }
  }
  return [...faces.values()];
}

/**
 * Spaces, controls, joiners and variation selectors need no glyph of their own; U+FFFD stands for damage in the file,
 * which is no font's fault.
 */
const needsNoGlyph = /\p{White_Space}|\p{Cc}|\p{Cf}|\p{Cs}|\p{Variation_Selector}|\ufffd|\u034f/u;

function drawnCharacters(text: string): string[] {
  return [...new Set(text)].filter((character) => !needsNoGlyph.test(character));
}
