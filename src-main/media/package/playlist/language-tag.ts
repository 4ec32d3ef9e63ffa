/**
 * LANGUAGE is a BCP 47 tag (RFC 8216 4.3.4.1): `eng` becomes `en`, `fre` and `fra` become `fr`. Codes without a two-letter form
 * stay (`fil`). Null where the source does not say, or says something that is no language tag.
 */
export function languageTag(code: string | null): string | null {
  if (code === null) return null;
  try {
    const tag = Intl.getCanonicalLocales(code)[0] ?? null;
    return tag === 'und' ? null : tag;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
