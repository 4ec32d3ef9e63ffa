import { expect, test } from 'vitest';
import type { AudioFacts, MeasuredLoudness } from '#shared/model/facts.ts';
import type { AudioRendition, EncodePlan } from '#shared/model/plan.ts';
import type { Profile } from '#shared/model/profile.ts';
import { aDisposition, aFacts, anAudio } from '#tests/helpers/a-facts.ts';
import { aProfile, builtIn, decisionsOf, planOf } from '#tests/helpers/a-plan.ts';

const planFor = (audio: AudioFacts[], profile: Profile = aProfile()): EncodePlan => planOf(aFacts({ audio }), profile);
const ids = (plan: EncodePlan): string[] => plan.audio.map(({ id }) => id);
const streams = (plan: EncodePlan): number[] => plan.audio.map(({ streamIndex }) => streamIndex);

const english = anAudio({ index: 1, language: 'eng' });
const japanese = anAudio({ index: 2, language: 'jpn' });
const german = anAudio({ index: 3, language: 'ger' });
const commentary = anAudio({ index: 4, language: 'eng', disposition: aDisposition({ commentary: true }) });
const described = anAudio({ index: 5, language: 'eng', disposition: aDisposition({ visualImpaired: true }) });
const nameless = anAudio({ index: 6, language: null });

const aac = { encoder: 'aac', bitrateBps: 160_000 };
const copy = { encoder: 'copy', bitrateBps: null, channels: null, sampleRateHz: null };

test('a track becomes exactly what the profile asks for', () => {
  const expected: AudioRendition = {
    id: 'audio_eng_aac',
    streamIndex: 1,
    language: 'eng',
    name: 'English',
    codec: 'aac',
    encoder: 'aac',
    bitrateBps: 160_000,
    channels: 2,
    sampleRateHz: 48_000,
    loudness: null,
    group: 'audio_aac',
    isDefault: true,
    commentary: false,
    describesVideo: false,
  };
  expect(planFor([english]).audio).toEqual([expected]);
});

test("languages come in the profile's order and the first is the default", () => {
  const plan = planFor([english, german, japanese], aProfile({ audio: { languages: ['jpn', 'eng'] } }));
  expect(plan.audio.map(({ id, isDefault }) => [id, isDefault])).toEqual([
    ['audio_jpn_aac', true],
    ['audio_eng_aac', false],
    ['audio_ger_aac', false],
  ]);
});

test("without an order the source's default track leads", () => {
  const flagged = { ...german, disposition: aDisposition({ default: true }) };
  expect(streams(planFor([english, japanese, flagged]))).toEqual([3, 1, 2]);
});

test('a track without a language comes after those that are listed, and is called und', () => {
  const plan = planFor([nameless, english], aProfile({ audio: { languages: ['eng'] } }));
  expect(plan.audio.map(({ id, name }) => [id, name])).toEqual([
    ['audio_eng_aac', 'English'],
    ['audio_und_aac', 'Unknown'],
  ]);
});

test('unwanted languages are left out, each with its reason', () => {
  const profile = aProfile({ audio: { languages: ['eng'], otherLanguages: 'drop' } });
  const plan = planFor([english, japanese, nameless], profile);
  expect(streams(plan)).toEqual([1]);
  expect(decisionsOf(plan)).toEqual(['drop stream 2: language-not-wanted', 'drop stream 6: language-not-wanted']);
});

test('when nothing is left the first track is kept rather than a silent film', () => {
  const profile = aProfile({ audio: { languages: ['fre'], otherLanguages: 'drop' } });
  const plan = planFor([english, japanese], profile);
  expect(streams(plan)).toEqual([1]);
  expect(decisionsOf(plan)).toEqual(['keep stream 1: only-track-left', 'drop stream 2: language-not-wanted']);
});

test("a film's own sound is kept rather than its commentary when nothing else is left", () => {
  const profile = aProfile({ audio: { languages: ['fre'], otherLanguages: 'drop' } });
  expect(streams(planFor([commentary, japanese], profile))).toEqual([2]);
});

test('commentary and description come last with a suffix, whatever their language, and never lead', () => {
  const profile = aProfile({ audio: { languages: ['eng', 'jpn'] } });
  const plan = planFor([commentary, described, japanese], profile);
  expect(plan.audio.map(({ id, name, isDefault }) => [id, name, isDefault])).toEqual([
    ['audio_jpn_aac', 'Japanese', true],
    ['audio_eng_aac_commentary', 'English (Commentary)', false],
    ['audio_eng_aac_described', 'English (Described)', false],
  ]);
});

test('commentary is left out when the profile says so', () => {
  const plan = planFor([english, commentary], aProfile({ audio: { commentary: 'drop' } }));
  expect(streams(plan)).toEqual([1]);
  expect(decisionsOf(plan)).toEqual(['drop stream 4: commentary-not-wanted']);
});

test('tracks of one language are numbered, in their ids and in menus', () => {
  const plan = planFor([english, { ...english, index: 7 }, { ...english, index: 8 }]);
  expect(plan.audio.map(({ id, name }) => [id, name])).toEqual([
    ['audio_eng_aac', 'English'],
    ['audio_eng_aac_2', 'English 2'],
    ['audio_eng_aac_3', 'English 3'],
  ]);
});

test('sound that FFmpeg does not know is left out', () => {
  const plan = planFor([anAudio({ index: 1, codec: null }), anAudio({ index: 2, channels: null }), german]);
  expect(streams(plan)).toEqual([3]);
  expect(decisionsOf(plan)).toEqual(['drop stream 1: unknown-codec', 'drop stream 2: unknown-codec']);
});

test('a profile without sound leaves it out', () => {
  const plan = planFor([english], aProfile({ audio: { tracks: [] } }));
  expect(plan.audio).toEqual([]);
  expect(decisionsOf(plan)).toEqual(['drop stream 1: profile-leaves-it-out']);
});

/** Members of each group, as menus show them. */
function groups(plan: EncodePlan): Record<string, string[]> {
  const made: Record<string, string[]> = {};
  for (const { group, name, codec, encoder } of plan.audio) {
    (made[group] ??= []).push(`${name}: ${codec} by ${encoder ?? 'copy'}`);
  }
  return made;
}

test('every HLS group has the same members by the same names', () => {
  const surround = anAudio({ index: 1, codec: 'eac3', channels: 6, bitrateBps: 448_000 });
  const plan = planFor([surround, japanese], builtIn('hls-hevc-hdr'));
  expect(groups(plan)).toEqual({
    audio_aac: ['English: aac by aac', 'Japanese: aac by aac'],
    audio_eac3: ['English: eac3 by copy', 'Japanese: eac3 by eac3'],
  });
});

test('two entries of one codec are two groups', () => {
  const profile = aProfile({ audio: { tracks: [aac, { ...aac, bitrateBps: 320_000, channels: 6 }] } });
  const plan = planFor([anAudio({ channels: 6 }), japanese], profile);
  expect(groups(plan)).toEqual({
    audio_aac: ['English: aac by aac', 'Japanese: aac by aac'],
    audio_aac_2: ['English: aac by aac', 'Japanese: aac by aac'],
  });
  expect(ids(plan)).toEqual(['audio_eng_aac', 'audio_jpn_aac', 'audio_eng_aac_2', 'audio_jpn_aac_2']);
});

test('a group that repeats another one is left out as a whole', () => {
  const profile = aProfile({ audio: { tracks: [aac, aac] } });
  expect(groups(planFor([english, japanese], profile))).toEqual({
    audio_aac: ['English: aac by aac', 'Japanese: aac by aac'],
  });
});

test('copies in HLS are one group of one codec: a track of another codec is converted to it', () => {
  const profile = aProfile({ audio: { tracks: [copy] } });
  const plan = planFor([anAudio({ codec: 'eac3', channels: 6 }), japanese], profile);
  expect(groups(plan)).toEqual({ audio_eac3: ['English: eac3 by copy', 'Japanese: eac3 by eac3'] });
  expect(decisionsOf(plan)).toEqual(['copy stream 1: asked-to-copy', 'convert stream 2: one-codec-in-a-group']);
});

test('a file has one default track, however often each is made', () => {
  const profile = aProfile({
    container: 'mkv',
    audio: { tracks: [aac, { encoder: 'eac3', bitrateBps: 448_000, channels: 6 }] },
  });
  const plan = planFor([english, japanese], profile);
  expect(plan.audio.map(({ id, isDefault }) => [id, isDefault])).toEqual([
    ['audio_eng_aac', true],
    ['audio_jpn_aac', false],
    ['audio_eng_eac3', false],
    ['audio_jpn_eac3', false],
  ]);
});

test("in files a track keeps the source's own title, made one line", () => {
  const titled = anAudio({ title: ' 5.1\n\u2028Remix ' });
  expect(planFor([titled], aProfile({ container: 'mp4' })).audio[0]?.name).toBe('5.1 Remix');
  expect(planFor([titled]).audio[0]?.name).toBe('English');
});

const suitable = aProfile({ audio: { tracks: [{ ...aac, copyWhenSuitable: true }] } });

test('a track that already is what is asked for is copied', () => {
  const plan = planFor([english], suitable);
  expect(plan.audio[0]).toMatchObject({ encoder: null, codec: 'aac', bitrateBps: null, channels: 2 });
  expect(decisionsOf(plan)).toEqual(['copy stream 1: already-suitable']);
});

test.each([
  ['of another codec', { codec: 'mp3' }],
  ['with more channels', { channels: 6 }],
  ['at another rate', { sampleRateHz: 44_100 }],
  ['with more bits', { bitrateBps: 320_000 }],
  ['that starts late', { startSec: 0.2 }],
] satisfies [string, Partial<AudioFacts>][])('a track %s is not suitable', (_, set) => {
  expect(planFor([anAudio(set)], suitable).audio[0]?.encoder).toBe('aac');
});

test('a track of unknown bit rate is suitable: Matroska rarely says it', () => {
  expect(planFor([anAudio({ bitrateBps: null })], suitable).audio[0]?.encoder).toBeNull();
});

test('a track whose loudness is set is never copied', () => {
  const profile = aProfile({ audio: { tracks: [{ ...aac, copyWhenSuitable: true, loudness: {} }] } });
  expect(planFor([english], profile).audio[0]?.encoder).toBe('aac');
});

test.each([
  ['dts', 'mkv', null, 'copy stream 1: asked-to-copy'],
  ['pcm_bluray', 'mkv', 'flac', 'convert stream 1: container-cannot-carry'],
  ['dts', 'mp4', 'aac', 'convert stream 1: container-cannot-carry'],
  ['truehd', 'hls', 'aac', 'convert stream 1: container-cannot-carry'],
] as const)('%s that %s should get as a copy', (codec, container, encoder, decision) => {
  const plan = planFor([anAudio({ codec })], aProfile({ container, audio: { tracks: [copy] } }));
  expect(plan.audio[0]?.encoder).toBe(encoder);
  expect(decisionsOf(plan)).toEqual([decision]);
});

test.each([
  ['late', 0.5, 'starts-late'],
  ['early', -0.5, 'starts-early'],
])('sound that starts %s can not be copied where players want it from the first picture on', (_, startSec, reason) => {
  const profile = aProfile({ audio: { tracks: [copy] } });
  expect(decisionsOf(planFor([anAudio({ startSec })], profile))).toEqual([
    `convert stream 1: ${reason}`,
    `change stream 1: ${reason}`,
  ]);
  expect(planFor([anAudio({ startSec })], { ...profile, container: 'mkv' }).audio[0]?.encoder).toBe(null);
});

test('a start that nobody hears is not told of', () => {
  expect(planFor([anAudio({ startSec: 0.05 })]).decisions).toEqual([]);
});

test('a track with fewer channels than asked keeps its own, at a smaller rate', () => {
  const plan = planFor([anAudio({ channels: 1 })]);
  expect(plan.audio[0]).toMatchObject({ channels: 1, bitrateBps: 96_000 });
  expect(decisionsOf(plan)).toEqual(['cap stream 1: fewer-source-channels']);
});

test('E-AC-3 stops at six channels, and the plan says so', () => {
  const tracks = [{ encoder: 'eac3', bitrateBps: 448_000, channels: 8 }];
  const plan = planFor([anAudio({ channels: 8 })], aProfile({ audio: { tracks } }));
  expect(plan.audio[0]?.channels).toBe(6);
  expect(decisionsOf(plan)).toEqual(['cap stream 1: encoder-channel-limit']);
});

test('Opus is always made at 48 kHz; lossless sound keeps its rate and needs no bit rate', () => {
  const tracks = [
    { encoder: 'libopus', bitrateBps: 128_000, sampleRateHz: 44_100 as const },
    { encoder: 'flac', bitrateBps: null, channels: null, sampleRateHz: null },
  ];
  const plan = planFor([anAudio({ sampleRateHz: 96_000, channels: 6 })], aProfile({ audio: { tracks } }));
  expect(plan.audio.map((one) => [one.id, one.sampleRateHz, one.bitrateBps, one.channels])).toEqual([
    ['audio_eng_opus', 48_000, 128_000, 2],
    ['audio_eng_flac', 96_000, null, 6],
  ]);
});

const target = { integratedLufs: -23, truePeakDbtp: -1, rangeLu: 11 };
const measured: MeasuredLoudness = {
  channels: 2,
  integratedLufs: -18.2,
  truePeakDbtp: 0.1,
  rangeLu: 14,
  thresholdLufs: -28.4,
};

test('loudness is planned from the measurement of the same mix, and followed while encoding without one', () => {
  const profile = aProfile({ audio: { tracks: [{ ...aac, loudness: {} }] } });
  const facts = aFacts({ audio: [english, japanese] });
  const loudness = new Map([
    [1, [{ ...measured, channels: 6 }, measured]],
    [2, [{ ...measured, channels: 6 }]],
  ]);
  expect(planOf(facts, profile, { loudness }).audio.map((one) => one.loudness)).toEqual([
    { target, measured },
    { target, measured: null },
  ]);
});
