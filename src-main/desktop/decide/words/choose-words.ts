import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { ja } from './ja.ts';
import type { Words } from './words.ts';

const known: Readonly<Record<string, Words>> = { en, de, es, fr, ja };

/** The first of the system's languages (BCP 47, best first) that Encrew speaks; English otherwise. */
export function chooseWords(languages: readonly string[]): Words {
  for (const language of languages) {
    const words = known[language.split(/[-_]/)[0]?.toLowerCase() ?? ''];
    if (words !== undefined) return words;
  }
  return en;
}
