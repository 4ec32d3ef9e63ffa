/**
 * What is wrong with a language tag; null when it is BCP 47 as RFC 5646 4.5 wants it: `eng` must be `en` where two letters
 * exist, as players compare it with the user's `en`. Case does not matter.
 */
export function languageFault(tag: string): string | null {
  try {
    const canonical = Intl.getCanonicalLocales(tag)[0] ?? '';
    return canonical.toLowerCase() === tag.toLowerCase() ? null : `BCP 47 writes it "${canonical}"`;
  } catch (error) {
    if (error instanceof RangeError) return 'it is no BCP 47 language tag';
    throw error;
  }
}
