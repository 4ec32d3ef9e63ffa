import { languageRows, lonelyCodes } from './language-table.ts';

/*
 * Languages have one form inside: the ISO 639-2/B code, which S1 puts into file names. Playlists take BCP 47 tags and
 * people take names; both are made from the code at the last moment.
 */

const byAnyCode = new Map<string, string>();
const tagByCode = new Map<string, string>();
for (const { alpha2, bibliographic, terminologic } of languageRows) {
  for (const code of [alpha2, bibliographic, terminologic]) byAnyCode.set(code, bibliographic);
  tagByCode.set(bibliographic, alpha2);
}
for (const code of lonelyCodes) byAnyCode.set(code, code);

/** Withdrawn codes, and codes that no standard has but many files carry (countries, subtitle sites). */
const retiredOrMistaken: Readonly<Record<string, string>> = {
  iw: 'heb',
  in: 'ind',
  ji: 'yid',
  jw: 'jav',
  mo: 'rum',
  mol: 'rum',
  scc: 'srp',
  scr: 'hrv',
  esl: 'spa',
  jp: 'jpn',
  cn: 'chi',
  cz: 'cze',
  dk: 'dan',
  gr: 'gre',
  ua: 'ukr',
  vn: 'vie',
  chs: 'chi',
  cht: 'chi',
  pob: 'por',
  pb: 'por',
};

/** ISO 639-2's codes for "no one language": they say nothing that a menu could show. */
const saysNothing = /^(?:und|zxx|mis|mul|q[a-t][a-z])$/;

/** English names that the runtime's locale data spells otherwise. */
const otherNames: Readonly<Record<string, string>> = {
  mandarin: 'chi',
  'simplified chinese': 'chi',
  'traditional chinese': 'chi',
  castilian: 'spa',
  'latin spanish': 'spa',
  'latin american spanish': 'spa',
  'european spanish': 'spa',
  'brazilian portuguese': 'por',
  'european portuguese': 'por',
  brazilian: 'por',
  'canadian french': 'fre',
  flemish: 'dut',
  farsi: 'per',
  'modern greek': 'gre',
  moldavian: 'rum',
  moldovan: 'rum',
  'serbo-croatian': 'hbs',
  tagalog: 'tgl',
  bokmal: 'nob',
  nynorsk: 'nno',
  burmese: 'bur',
  valencian: 'cat',
  sinhalese: 'sin',
  uighur: 'uig',
  kirghiz: 'kir',
  pushto: 'pus',
  'american english': 'eng',
  'british english': 'eng',
};

const terminologicByCode = new Map(languageRows.map((row) => [row.bibliographic, row.terminologic]));

/**
 * The ISO 639-2/B code of whatever a file calls a language: ISO 639-1, 639-2/B, 639-2/T, 639-3, a BCP 47 tag
 * (`pt-BR`, `zh_Hans`), or its name in English or in itself. Null for nonsense, for `und`, `mul`, `mis`, `zxx` and for
 * the private range `qaa` to `qtz`.
 */
export function languageCode(text: string): string | null {
  const wanted = text.normalize('NFC').trim().toLowerCase();
  if (wanted === '' || wanted.length > 100) return null;
  return ofCode(wanted) ?? ofTag(wanted) ?? ofName(wanted);
}

/** The shortest BCP 47 tag (RFC 5646, 2.2.1: two letters where they exist) of an ISO 639-2/B code. */
export function bcp47Of(code: string): string {
  return tagByCode.get(code) ?? code;
}

/** The ISO 639-2/T code (`deu`, `fra`) of an ISO 639-2/B code, which MP4 asks for (ISO/IEC 14496-12 8.4.2.3). */
export function terminologicCode(code: string): string {
  return terminologicByCode.get(code) ?? code;
}

/** A language's name for people; the code itself where the runtime knows no name. */
export function languageName(code: string, displayLocale = 'en'): string {
  const tag = bcp47Of(code);
  return nameOf(tag, displayLocale) ?? nameOf(tag, 'en') ?? code;
}

function ofCode(code: string): string | null {
  if (!/^[a-z]{2,3}$/.test(code) || saysNothing.test(code)) return null;
  const known = byAnyCode.get(code) ?? retiredOrMistaken[code];
  if (known !== undefined) return known;
  // ISO 639-3: `cmn` and `arb` are the modern names of languages that ISO 639-2 has, others (`yue`) stand alone.
  const canonical = canonicalLanguage(code);
  if (canonical === null) return null;
  return byAnyCode.get(canonical) ?? (code.length === 3 && nameOf(code, 'en') !== null ? code : null);
}

function ofTag(text: string): string | null {
  // POSIX locales (`pt_BR.UTF-8@euro`) are tags with other punctuation.
  const tag = text.replace(/[.@].*$/s, '').replaceAll('_', '-');
  const [language = '', second = '', ...rest] = tag.split('-');
  if (!tag.includes('-') || saysNothing.test(language)) return null;
  // RFC 5646 2.2.2: an extended language (`zh-yue`) is the language itself, the prefix only what it was filed under.
  const extended = /^[a-z]{3}$/.test(second);
  const plain = extended ? [second, ...rest].join('-') : tag;
  if (canonicalLanguage(plain) === null) return null;
  return ofCode(extended ? second : language);
}

function canonicalLanguage(tag: string): string | null {
  try {
    return new Intl.Locale(tag).language;
  } catch {
    return null; // RangeError: not a well-formed tag
  }
}

let codeByName: ReadonlyMap<string, string> | null = null;

function ofName(text: string): string | null {
  codeByName ??= namesOfAllLanguages();
  const withoutRegion = text.replace(/\s*[([].*$/s, '').trim();
  return codeByName.get(text) ?? codeByName.get(withoutRegion) ?? null;
}

function namesOfAllLanguages(): ReadonlyMap<string, string> {
  const names = new Map(Object.entries(otherNames));
  const codes = [...languageRows.map((row) => row.bibliographic), ...lonelyCodes, 'yue'];
  const learn = (code: string, name: string | null) => {
    const key = name?.normalize('NFC').toLowerCase() ?? '';
    if (key !== '' && !names.has(key)) names.set(key, code);
  };
  // English first: where a name in one language is another's name of itself, English wins.
  for (const code of codes) learn(code, nameOf(bcp47Of(code), 'en'));
  for (const { alpha2, bibliographic } of languageRows) learn(bibliographic, nameOf(alpha2, alpha2));
  return names;
}

function nameOf(tag: string, displayLocale: string): string | null {
  try {
    return new Intl.DisplayNames(displayLocale, { type: 'language', fallback: 'none' }).of(tag) ?? null;
  } catch {
    return null; // RangeError: not a well-formed tag
  }
}
