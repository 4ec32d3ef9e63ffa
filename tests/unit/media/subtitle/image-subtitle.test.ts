import { expect, test } from 'vitest';
import type { SubtitleTreatment } from '#main/media/subtitle/image-subtitle.ts';
import { subtitleForm, subtitleTreatment } from '#main/media/subtitle/image-subtitle.ts';

function short(treatment: SubtitleTreatment): string {
  const target = 'to' in treatment ? ` ${treatment.to}` : 'format' in treatment ? ` ${treatment.format}` : '';
  const lost = 'stylingLost' in treatment && treatment.stylingLost ? ' styling-lost' : '';
  return `${treatment.action}${target} ${treatment.because ?? '-'}${lost}`;
}

test.each([
  ['ass', 'text', 'extract ass styled-subtitle-kept', 'convert mov_text text-to-mov-text styling-lost', 'copy -'],
  ['ssa', 'text', 'extract ass styled-subtitle-kept', 'convert mov_text text-to-mov-text styling-lost', 'copy -'],
  ['subrip', 'text', 'convert webvtt text-to-webvtt', 'convert mov_text text-to-mov-text', 'copy -'],
  [
    'webvtt',
    'text',
    'extract vtt -',
    'convert mov_text text-to-mov-text styling-lost',
    'convert srt text-to-subrip styling-lost',
  ],
  ['mov_text', 'text', 'convert webvtt text-to-webvtt', 'copy -', 'convert srt text-to-subrip'],
  ['text', 'text', 'convert webvtt text-to-webvtt', 'convert mov_text text-to-mov-text', 'convert srt text-to-subrip'],
  [
    'eia_608',
    'text',
    'convert webvtt text-to-webvtt',
    'convert mov_text text-to-mov-text',
    'convert srt text-to-subrip',
  ],
  ['hdmv_pgs_subtitle', 'image', 'burn-in-or-drop bitmap-subtitle', 'burn-in-or-drop bitmap-subtitle', 'copy -'],
  ['dvd_subtitle', 'image', 'burn-in-or-drop bitmap-subtitle', 'burn-in-or-drop bitmap-subtitle', 'copy -'],
  ['dvb_subtitle', 'image', 'burn-in-or-drop bitmap-subtitle', 'burn-in-or-drop bitmap-subtitle', 'copy -'],
  [
    'xsub',
    'image',
    'burn-in-or-drop bitmap-subtitle',
    'burn-in-or-drop bitmap-subtitle',
    'burn-in-or-drop bitmap-subtitle',
  ],
  ['dvb_teletext', 'text', 'drop container-cannot-carry', 'drop container-cannot-carry', 'drop container-cannot-carry'],
  ['ttml', 'text', 'drop container-cannot-carry', 'drop container-cannot-carry', 'drop container-cannot-carry'],
  ['hdmv_text_subtitle', 'text', 'drop container-cannot-carry', 'drop container-cannot-carry', 'copy -'],
  ['klingon_runes', null, 'drop unknown-codec', 'drop unknown-codec', 'drop unknown-codec'],
  ['constructor', null, 'drop unknown-codec', 'drop unknown-codec', 'drop unknown-codec'],
  [null, null, 'drop unknown-codec', 'drop unknown-codec', 'drop unknown-codec'],
])('%s (%s) in HLS, MP4 and MKV', (codec, form, hls, mp4, mkv) => {
  expect(subtitleForm(codec)).toBe(form);
  expect((['hls', 'mp4', 'mkv'] as const).map((container) => short(subtitleTreatment(codec, container)))).toEqual([
    hls,
    mp4,
    mkv,
  ]);
});
