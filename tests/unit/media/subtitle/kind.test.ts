import { expect, test } from 'vitest';
import { subtitleKind } from '#main/media/subtitle/kind.ts';
import type { SubtitleFacts } from '#shared/model/facts.ts';

function track(
  index: number,
  title: string | null,
  flags: Partial<SubtitleFacts['disposition']> = {},
  language = 'eng',
) {
  const facts: SubtitleFacts = {
    index,
    codec: 'ass',
    language,
    title,
    disposition: {
      default: false,
      forced: false,
      hearingImpaired: false,
      visualImpaired: false,
      commentary: false,
      dub: false,
      original: false,
      attachedPicture: false,
      ...flags,
    },
    startSec: null,
    endSec: null,
    bitrateBps: null,
    form: 'text',
    width: null,
    height: null,
  };
  return facts;
}

test.each([
  'Signs',
  'Signs & Songs',
  'signs/songs',
  'Signs and Songs [Group]',
  'S&S',
  'Eng_Signs',
  'Karaoke',
  'Schilder & Lieder',
  'Panneaux',
  'Carteles',
  'Cartelli',
  'Placas',
  'Надписи',
  '看板のみ',
])('%s holds signs', (title) => {
  expect(subtitleKind(track(0, title), [])).toEqual({ kind: 'sign', forced: false, because: 'title-says-signs' });
});

test.each([
  'Forced',
  'English (Forced)',
  'FORCED SUBS',
  'Erzwungen',
  'Forcés',
  'Force\u0301s',
  'Forzados',
  'forçadas',
  'Форсированные',
  '強制字幕',
])('%s is forced', (title) => {
  expect(subtitleKind(track(0, title), [])).toEqual({ kind: 'sign', forced: true, because: 'title-says-forced' });
});

test.each([
  'SDH',
  'English [SDH]',
  'English CC',
  'Closed Captions',
  'Hearing Impaired',
  'hearing-impaired',
  'Full SDH',
  'English (HI)',
  'für Hörgeschädigte',
  'pour sourds et malentendants',
  'Español para sordos',
  'Italiano non udenti',
  'для слабослышащих',
  '聴覚障害者用',
])('%s is for the deaf', (title) => {
  expect(subtitleKind(track(0, title), [])).toEqual({ kind: 'sdh', forced: false, because: 'title-says-sdh' });
});

test.each([
  'Full',
  'Full Subtitles',
  'Dialogue + Signs & Songs',
  'Dialogue',
  'Vollständig',
  'Полные субтитры',
  'フル字幕',
])('%s is the full subtitle', (title) => {
  expect(subtitleKind(track(0, title, { forced: true }), [])).toEqual({
    kind: 'full',
    forced: false,
    because: 'title-says-full',
  });
});

test.each([
  null,
  '',
  'English',
  'Hi there',
  'Accent',
  'Designs',
  'Enforced',
  'Reinforced',
  'Carefully',
  'Hindi',
  'Songbird',
  'Assigned',
  'B-CC1',
])('%s says nothing', (title) => {
  expect(subtitleKind(track(0, title), [])).toEqual({ kind: 'full', forced: false, because: 'nothing-said' });
});

test('flags count where the title is silent', () => {
  expect(
    subtitleKind(track(0, 'English', { forced: true }), [track(0, 'English', { forced: true }), track(1, null)]),
  ).toEqual({
    kind: 'sign',
    forced: true,
    because: 'flag-forced',
  });
  expect(subtitleKind(track(0, null, { hearingImpaired: true, forced: true }), [])).toEqual({
    kind: 'sdh',
    forced: false,
    because: 'flag-hearing-impaired',
  });
  expect(subtitleKind(track(0, 'Signs', { forced: true }), [])).toEqual({
    kind: 'sign',
    forced: true,
    because: 'title-says-signs',
  });
});

test('a forced flag on every track of a language tells nothing', () => {
  const [one, two, french] = [
    track(0, null, { forced: true }),
    track(1, null, { forced: true }),
    track(2, null, { forced: true }, 'fre'),
  ];
  expect(subtitleKind(one, [one, two, french])).toEqual({
    kind: 'full',
    forced: false,
    because: 'flag-on-every-track',
  });
  expect(subtitleKind(french, [one, two, french])).toEqual({ kind: 'sign', forced: true, because: 'flag-forced' });
});
