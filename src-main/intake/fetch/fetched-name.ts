import { isFilmName } from '#shared/format/film-name.ts';
import { safeFileName } from '#shared/format/safe-name.ts';

/** What a fetched film is called: as its asker wished, else as its server says, else as its address ends. Always a safe name. */
export function fetchedName(wish: string | null, disposition: string | undefined, urls: readonly URL[]): string {
  const inAddresses = urls.flatMap((url) => lastPart(url) ?? []);
  const names = [wish, nameInDisposition(disposition ?? ''), ...inAddresses];
  const named = names.find((name) => name !== null && name !== '') ?? 'film';
  const ending = endingOf(named) === '' ? endingOf(inAddresses.find(isFilmName) ?? '') : endingOf(named);
  const stem = isFilmName(named) ? named.slice(0, -ending.length) : named;
  return `${safeFileName(stem, longestStemBytes)}${ending}`;
}

const longestStemBytes = 190;

/** RFC 6266: `filename*` goes before `filename`. Never more than its last name, whatever separates them. */
export function nameInDisposition(header: string): string | null {
  const extended = /(?:^|[;\s])filename\*\s*=\s*([\w-]+)'[^']*'([^;\s]+)/i.exec(header);
  const quoted = /(?:^|[;\s])filename\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(header)?.[1]?.replaceAll(/\\(.)/g, '$1');
  const plain = /(?:^|[;\s])filename\s*=\s*([^\s;"]+)/i.exec(header)?.[1];
  const name = decoded(extended?.[1] ?? '', extended?.[2] ?? '') ?? inUtf8(quoted ?? plain ?? '');
  const last = name.split(/[\\/]/).at(-1)?.trim() ?? '';
  return last === '' ? null : last;
}

/** RFC 8187: UTF-8 or Latin-1 behind percent signs. */
function decoded(charset: string, text: string): string | null {
  if (text === '') return null;
  if (charset.toLowerCase() !== 'utf-8') {
    return text.replaceAll(/%([0-9a-f]{2})/gi, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }
  return percentDecoded(text);
}

/** Node reads headers as Latin-1; many servers write UTF-8 into them. */
function inUtf8(text: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'latin1'));
  } catch {
    return text;
  }
}

function lastPart(url: URL): string | null {
  const part = url.pathname.split('/').findLast((one) => one !== '');
  return part === undefined ? null : percentDecoded(part);
}

function percentDecoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** With its dot; '' where there is none. */
function endingOf(name: string): string {
  return isFilmName(name) ? name.slice(name.lastIndexOf('.')) : '';
}
