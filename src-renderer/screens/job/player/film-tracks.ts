import type { StyledSubtitle } from '../../../data/package-files.ts';

/*
 * What can be chosen while a film plays.
 */

export type Quality = { id: number; height: number; bitrateBps: number; isHdr: boolean };
export type Sound = { id: number; name: string };
/** A subtitle of the playlist; `file` is its name without folder and ending: `Film.eng.full`. */
export type SubtitleTrack = { id: number; name: string; file: string };

/** A line of the subtitle menu: a track of the playlist, drawn as WebVTT or, where the package has it, as ASS. */
export type SubtitleChoice = { key: string; name: string; trackId: number | null; styled: StyledSubtitle | null };

/** What to offer: every track once, and ASS that no playlist names. */
export function subtitleChoices(
  tracks: readonly SubtitleTrack[],
  styled: readonly StyledSubtitle[],
  nameOf: (subtitle: StyledSubtitle) => string,
): SubtitleChoice[] {
  const named = tracks.map(({ id, name, file }) => ({
    ...{ key: file, name, trackId: id },
    styled: styled.find((one) => one.name === file) ?? null,
  }));
  const rest = styled
    .filter((one) => !tracks.some(({ file }) => file === one.name))
    .map((one) => ({ key: one.name, name: nameOf(one), trackId: null, styled: one }));
  return [...named, ...rest];
}

/** The name of a file in a URL, without its ending. */
export function fileNameOf(url: string): string {
  const name = new URL(url, 'http://package/').pathname.split('/').at(-1) ?? '';
  return decodeURIComponent(name).replace(/\.[^.]+$/, '');
}
