/*
 * FFmpeg's own lists (`-encoders`, `-decoders`, `-filters`), as text tables for people.
 */

export type CodecListing = {
  name: string;
  kind: 'video' | 'audio' | 'subtitle';
  /** What it makes or reads, where the list names it (`h264` for `libx264`); else its own name. */
  codec: string;
  experimental: boolean;
};

/** ` V....D libx264   libx264 H.264 / AVC ... (codec h264)`: six flags, the third experimental in every version. */
export function readCodecList(text: string): CodecListing[] {
  return text.split(/\r?\n/).flatMap((line): CodecListing[] => {
    const row = /^ ([VAS])([.A-Z]{5}) (\S+)\s+(.*)$/.exec(line);
    const [, letter, flags, name, description] = row ?? [];
    if (letter === undefined || flags === undefined || name === undefined || name === '=') return [];
    const codec = /\(codec ([^)]+)\)$/.exec(description ?? '')?.[1] ?? name;
    return [{ name, kind: kinds[letter] ?? 'video', codec, experimental: flags[2] === 'X' }];
  });
}

const kinds: Readonly<Record<string, CodecListing['kind']>> = { V: 'video', A: 'audio', S: 'subtitle' };

/** ` .S. tonemap   V->V   Conversion ...`: names only; two or three flags before them. */
export function readFilterList(text: string): string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const name = /^ [.A-Z]{2,3} (\S+)\s+[AVN|]+->[AVN|]+\s/.exec(line)?.[1];
    return name === undefined ? [] : [name];
  });
}
