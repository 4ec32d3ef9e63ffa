import { useTranslation } from 'react-i18next';
import { languageName } from '#shared/format/language.ts';
import { audioTrack, rung } from '#shared/model/profile.ts';
import { useAmounts } from '../../components/amount.tsx';
import { sizeName } from './rung-words.ts';
import { useRecipeWords } from './words.ts';

/** The value of a setting in words, by its path. */
export function useValueText(): (path: string, value: unknown) => string {
  const { t, i18n } = useTranslation('profiles');
  const { choice, label } = useRecipeWords();
  const amounts = useAmounts();
  const ofRung = (path: string, value: unknown): string => {
    const read = rung.safeParse(value);
    if (!read.success) return '–';
    const { bitrateBps, crf, includeSdr, profile, level } = read.data;
    const parts = [sizeName(read.data), bitrateBps === null ? t('unlimited') : amounts.bitrate(bitrateBps)];
    if (crf !== null) parts.push(`${label(`${path}.crf`)} ${amounts.decimal(crf)}`);
    if (includeSdr) parts.push(label(`${path}.includeSdr`));
    return [...parts, ...[profile, level].filter((name) => name !== null)].join(' · ');
  };
  const ofTrack = (path: string, value: unknown): string => {
    const read = audioTrack.safeParse(value);
    if (!read.success) return '–';
    const { encoder, bitrateBps, channels, sampleRateHz, loudness, copyWhenSuitable } = read.data;
    const parts = [choice(`${path}.encoder`, encoder), choice(`${path}.channels`, String(channels ?? 'source'))];
    if (bitrateBps !== null) parts.push(amounts.bitrate(bitrateBps));
    if (sampleRateHz !== null) parts.push(choice(`${path}.sampleRateHz`, String(sampleRateHz)));
    if (loudness !== null) parts.push(`${amounts.decimal(loudness.integratedLufs)} LUFS`);
    if (copyWhenSuitable) parts.push(label(`${path}.copyWhenSuitable`));
    return parts.join(' · ');
  };
  const ofNothing = (path: string): string => {
    if (path === 'thumbnails' || path === 'onlyIfSmaller') return t('no');
    if (path === 'video.sdrEncoders') return t('sameCodec');
    return t(path === 'video.maxFrameRate' ? 'unlimited' : 'automatic');
  };
  const ofNumber = (path: string, value: number): string => {
    if (path.endsWith('Sec')) return amounts.duration(value);
    return path.endsWith('maxRatio') ? amounts.percent(value) : amounts.decimal(value, 2);
  };
  const ofMany = (path: string, values: readonly unknown[]): string => {
    if (values.length === 0) return t('any');
    const isLanguages = path.endsWith('languages');
    return values.map((one) => (isLanguages ? languageName(String(one), i18n.language) : String(one))).join(', ');
  };
  return (path, value) => {
    if (value === undefined || value === '') return '–';
    if (path.startsWith('video.ladder[')) return ofRung(path, value);
    if (path.startsWith('audio.tracks[')) return ofTrack(path, value);
    if (value === null) return ofNothing(path);
    if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
    if (typeof value === 'number') return ofNumber(path, value);
    if (Array.isArray(value)) return ofMany(path, value);
    if (typeof value !== 'string') return optionsText(value);
    return choice(path, value);
  };
}

function optionsText(options: object): string {
  return (
    Object.entries(options)
      .map(([name, value]) => `${name}=${String(value)}`)
      .join(', ') || '–'
  );
}
