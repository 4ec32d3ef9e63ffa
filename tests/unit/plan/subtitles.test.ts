import { expect, test } from 'vitest';
import type { SubtitleFacts } from '#shared/model/facts.ts';
import type { EncodePlan, SubtitleRendition } from '#shared/model/plan.ts';
import type { Profile, ProfileInput } from '#shared/model/profile.ts';
import { aDisposition, aFacts, aFont, aSubtitle } from '#tests/helpers/a-facts.ts';
import { aProfile, decisionsOf, planOf } from '#tests/helpers/a-plan.ts';

const planFor = (subtitles: SubtitleFacts[], profile: Profile = aProfile()): EncodePlan =>
  planOf(aFacts({ subtitles }), profile);
const inContainer = (container: Profile['container'], subtitles: ProfileInput['subtitles'] = {}): Profile =>
  aProfile({ container, subtitles });
const ids = (plan: EncodePlan): string[] => plan.subtitles.map(({ id }) => id);

const full = aSubtitle({ index: 2 });
const signs = aSubtitle({ index: 3, title: 'Signs & Songs' });
const forced = aSubtitle({ index: 4, disposition: aDisposition({ forced: true }) });
const sdh = aSubtitle({ index: 5, disposition: aDisposition({ hearingImpaired: true }) });
const ass = aSubtitle({ index: 6, codec: 'ass' });
const pgs = aSubtitle({ index: 7, codec: 'hdmv_pgs_subtitle', form: 'image', width: 1920, height: 1080 });
const japanese = aSubtitle({ index: 8, language: 'jpn' });

test('SubRip in HLS becomes WebVTT with a playlist over it', () => {
  const expected: SubtitleRendition = {
    id: 'eng.full',
    streamIndex: 2,
    language: 'eng',
    kind: 'full',
    forced: false,
    isDefault: false,
    name: 'English',
    sourceCodec: 'subrip',
    files: [{ format: 'vtt', path: 'subtitles/Film.eng.full.vtt' }],
    playlist: 'subtitles/Film.eng.full.m3u8',
    mux: null,
  };
  const plan = planFor([full]);
  expect(plan.subtitles).toEqual([expected]);
  expect(decisionsOf(plan)).toEqual(['convert stream 2: text-to-webvtt']);
});

test('full, forced, sign and SDH tracks are told apart', () => {
  expect(planFor([full, signs, forced, sdh]).subtitles.map((one) => [one.id, one.name, one.kind, one.forced])).toEqual([
    ['eng.full', 'English', 'full', false],
    ['eng.sign', 'English (Signs)', 'sign', false],
    ['eng.sign_2', 'English (Forced)', 'sign', true],
    ['eng.sdh', 'English (SDH)', 'sdh', false],
  ]);
});

test('ids, names and paths stay unique however many tracks are alike', () => {
  const plan = planFor([
    full,
    { ...full, index: 10 },
    { ...full, index: 11 },
    aSubtitle({ index: 12, language: null }),
  ]);
  expect(plan.subtitles.map(({ id, name, playlist }) => [id, name, playlist])).toEqual([
    ['eng.full', 'English', 'subtitles/Film.eng.full.m3u8'],
    ['eng.full_2', 'English 2', 'subtitles/Film.eng.full_2.m3u8'],
    ['eng.full_3', 'English 3', 'subtitles/Film.eng.full_3.m3u8'],
    ['und.full', 'Unknown', 'subtitles/Film.und.full.m3u8'],
  ]);
});

test('languages come in the order of the profile, the others after them or not at all', () => {
  const tracks = [full, aSubtitle({ index: 9, language: 'ger' }), japanese];
  expect(ids(planFor(tracks, inContainer('hls', { languages: ['jpn'] })))).toEqual([
    'jpn.full',
    'eng.full',
    'ger.full',
  ]);
  const plan = planFor(tracks, inContainer('hls', { languages: ['jpn', 'eng'], otherLanguages: 'drop' }));
  expect(ids(plan)).toEqual(['jpn.full', 'eng.full']);
  expect(decisionsOf(plan)[0]).toBe('drop stream 9: language-not-wanted');
});

test("only the source's own flag makes a default, and only one", () => {
  const flagged = aDisposition({ default: true });
  expect(planFor([full, japanese]).subtitles.map(({ isDefault }) => isDefault)).toEqual([false, false]);
  const both = [
    { ...full, disposition: flagged },
    { ...japanese, disposition: flagged },
  ];
  const plan = planFor(both, inContainer('hls', { languages: ['jpn', 'eng'] }));
  expect(plan.subtitles.map(({ id, isDefault }) => [id, isDefault])).toEqual([
    ['jpn.full', true],
    ['eng.full', false],
  ]);
});

test('a default that is drawn into the picture is a default no more', () => {
  const flagged = { ...full, disposition: aDisposition({ default: true }) };
  const plan = planFor([flagged, japanese], inContainer('hls', { burnIn: 'first' }));
  expect(plan.subtitles.map(({ id, isDefault }) => [id, isDefault])).toEqual([['jpn.full', false]]);
});

test('ASS in HLS is kept as it is, with its fonts, and WebVTT beside it', () => {
  const plan = planOf(aFacts({ subtitles: [ass], attachments: [aFont(9)] }), aProfile());
  expect(plan.subtitles[0]).toMatchObject({
    files: [
      { format: 'ass', path: 'subtitles/Film.eng.full.ass' },
      { format: 'vtt', path: 'subtitles/Film.eng.full.vtt' },
    ],
    playlist: 'subtitles/Film.eng.full.m3u8',
  });
  expect(plan.attachments).toEqual([9]);
  expect(decisionsOf(plan)).toEqual(['keep stream 6: styled-subtitle-kept']);
});

test('without WebVTT the native form is all there is, and no playlist', () => {
  const plan = planFor([full, ass, aSubtitle({ index: 9, codec: 'webvtt' })], inContainer('hls', { webVtt: false }));
  expect(plan.subtitles.map(({ files, playlist }) => [files.map(({ format }) => format), playlist])).toEqual([
    [['srt'], null],
    [['ass'], null],
    [['vtt'], 'subtitles/Film.eng.full_3.m3u8'],
  ]);
});

test.each([
  ['subrip', 'mkv', 'copy', []],
  ['ass', 'mkv', 'copy', []],
  ['mov_text', 'mkv', 'srt', ['convert stream 2: text-to-subrip']],
  ['webvtt', 'mkv', 'srt', ['convert stream 2: text-to-subrip', 'change stream 2: styling-lost']],
  ['subrip', 'mp4', 'mov_text', ['convert stream 2: text-to-mov-text']],
  ['ass', 'mp4', 'mov_text', ['convert stream 2: text-to-mov-text', 'change stream 2: styling-lost']],
  ['mov_text', 'mp4', 'mov_text', []],
] as const)('%s in %s', (codec, container, mux, decisions) => {
  const plan = planFor([aSubtitle({ codec })], inContainer(container));
  expect(plan.subtitles.map((one) => [one.mux, one.files, one.playlist])).toEqual([[mux, [], null]]);
  expect(decisionsOf(plan)).toEqual(decisions);
});

test.each([
  ['hls', [], ['drop stream 7: bitmap-subtitle']],
  ['mp4', [], ['drop stream 7: bitmap-subtitle']],
  ['mkv', ['eng.full'], []],
] as const)('PGS in %s', (container, made, decisions) => {
  const plan = planFor([pgs], inContainer(container));
  expect(ids(plan)).toEqual(made);
  expect(decisionsOf(plan)).toEqual(decisions);
});

test('PGS is drawn into the picture where the profile asks for it, and only where it can not be carried', () => {
  const plan = planFor([full, pgs], inContainer('hls', { images: 'burn-in' }));
  expect(plan.picture.burnIn).toEqual({ streamIndex: 7, form: 'image' });
  expect(ids(plan)).toEqual(['eng.full']);
  expect(decisionsOf(plan)).toEqual(['burn-in stream 7: image-burnt-in', 'convert stream 2: text-to-webvtt']);
  expect(planFor([pgs], inContainer('mkv', { images: 'burn-in' })).picture.burnIn).toBe(null);
});

test('of several image subtitles one is drawn and the others are left out', () => {
  const plan = planFor([pgs, { ...pgs, index: 9 }], inContainer('hls', { images: 'burn-in' }));
  expect(decisionsOf(plan)).toEqual(['burn-in stream 7: image-burnt-in', 'drop stream 9: bitmap-subtitle']);
});

test('burn-in of forced subtitles draws the forced track, and none when there is none', () => {
  const plan = planFor([full, forced], inContainer('hls', { burnIn: 'forced' }));
  expect(plan.picture.burnIn).toEqual({ streamIndex: 4, form: 'text' });
  expect(ids(plan)).toEqual(['eng.full']);
  expect(planFor([full], inContainer('hls', { burnIn: 'forced' })).picture.burnIn).toBe(null);
});

test('burn-in of the first draws the first of the wanted languages, with the fonts of the file', () => {
  const profile = inContainer('mp4', { burnIn: 'first', languages: ['jpn'] });
  const plan = planOf(aFacts({ subtitles: [full, japanese], attachments: [aFont(9)] }), profile);
  expect(plan.picture.burnIn).toEqual({ streamIndex: 8, form: 'text' });
  expect(plan.attachments).toEqual([9]);
  expect(plan.tasks.filter(({ type }) => type === 'video').map(({ dependsOn }) => dependsOn)).toEqual([['extract']]);
});

test.each([
  ['something_new', 'drop stream 2: unknown-codec'],
  [null, 'drop stream 2: unknown-codec'],
  ['dvb_teletext', 'drop stream 2: container-cannot-carry'],
])('a subtitle in %s, which nothing here reads, is left out', (codec, decision) => {
  const plan = planFor([aSubtitle({ codec })], inContainer('hls', { burnIn: 'first' }));
  expect(ids(plan)).toEqual([]);
  expect(plan.picture.burnIn).toBe(null);
  expect(decisionsOf(plan)).toEqual([decision]);
});
