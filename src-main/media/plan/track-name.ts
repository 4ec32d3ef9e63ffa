import { languageName } from '#shared/format/language.ts';
import type { Profile } from '#shared/model/profile.ts';

/**
 * What a track is called in menus. A file keeps the source's own title; HLS needs names that are unique in a group and the
 * same in every group, which titles are not, so there the language speaks.
 */
export function trackName(container: Profile['container'], title: string | null, made: string): string {
  const own = (title ?? '').replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return container === 'hls' || own === '' ? made : own;
}

/** A track's language for people. */
export function languageText(language: string | null): string {
  return language === null ? 'Unknown' : languageName(language);
}
