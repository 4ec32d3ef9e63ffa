import { expect, test } from 'vitest';
import { builtInProfiles, defaultProfileName } from '#main/media/profile/built-in.ts';
import { type ProfileFault, readProfile } from '#main/media/profile/profile-faults.ts';
import type { ProfileInput } from '#shared/model/profile.ts';
import { aFacts, anHdrVideo, aVideo } from '#tests/helpers/a-facts.ts';
import { planOf } from '#tests/helpers/a-plan.ts';

const rung = { width: 1280, height: 720, bitrateBps: 2_000_000 };
const good: ProfileInput = {
  name: 'mine',
  title: 'Mine',
  container: 'hls',
  video: { ladder: [rung], encoders: ['libx264'], rateControl: { mode: 'capped-crf', crf: 21 } },
  audio: { tracks: [{ encoder: 'aac', bitrateBps: 160_000 }] },
};

function faultsOf(json: unknown): ProfileFault[] {
  const read = readProfile(json);
  return read.ok ? [] : read.faults;
}
const paths = (json: unknown): string[] => faultsOf(json).map(({ path }) => path);

test.each(builtInProfiles.map((profile) => [profile.name, profile] as const))(
  'the built-in profile %s is valid, also when it is saved and read again, and makes plans',
  (_, profile) => {
    expect(readProfile(JSON.parse(JSON.stringify(profile)))).toEqual({ ok: true, profile });
    for (const video of [aVideo(), anHdrVideo()]) expect(planOf(aFacts({ video: [video] }), profile).format).toBe(1);
  },
);

test('built-in names are unique and the default is one of them', () => {
  const names = builtInProfiles.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain(defaultProfileName);
});

test('a profile needs no more than this', () => {
  expect(faultsOf(good)).toEqual([]);
});

test('what becomes of the film: nothing unless asked', () => {
  const originalsOf = (json: unknown) => {
    const read = readProfile(json);
    return read.ok ? read.profile.originals : read.faults;
  };
  const mp4 = { ...good, container: 'mp4' };
  expect(originalsOf(good)).toEqual({ policy: 'separate' });
  expect(originalsOf({ ...good, originals: { policy: 'quarantine' } })).toEqual({ policy: 'quarantine', days: 30 });
  expect(originalsOf({ ...mp4, originals: { policy: 'replace' } })).toEqual({ policy: 'replace' });
});

test('every fault is named at once, each with its path', () => {
  const bad = {
    ...good,
    name: 'Not A Name',
    colour: 'red',
    video: {
      ...good.video,
      ladder: [
        { ...rung, width: 1281 },
        { ...rung, heigth: 720 },
      ],
      encoders: ['lib x264'],
      gopSec: '2',
    },
    audio: { tracks: [{ encoder: 'aac', bitrateBps: 1 }], languages: ['english'] },
    segment: { durationSec: 60 },
  };
  expect(faultsOf(bad)).toEqual([
    { path: 'name', message: 'must be lower-case words joined by dashes' },
    { path: 'video.ladder[0].width', message: 'Invalid number: must be a multiple of 2' },
    { path: 'video.ladder[1].heigth', message: 'is not a setting of a profile' },
    { path: 'video.encoders[0]', message: 'must be a plain FFmpeg name' },
    { path: 'video.gopSec', message: 'Invalid input: expected number, received string' },
    { path: 'audio.tracks[0].bitrateBps', message: 'Too small: expected number to be >=16000' },
    { path: 'audio.languages[0]', message: 'must be an ISO 639-2/B code such as eng, jpn or ger' },
    { path: 'segment.durationSec', message: 'Too big: expected number to be <=20' },
    { path: 'colour', message: 'is not a setting of a profile' },
  ]);
});

test.each([
  ['nothing', null],
  ['a list', []],
  ['a word', 'hls'],
])('%s is no profile', (_, json) => {
  expect(paths(json)).toEqual(['(the whole profile)']);
});

test('what is missing is named', () => {
  expect(paths({ name: 'mine' })).toEqual(['title', 'container', 'video', 'audio']);
});

const withVideo = (video: object): object => ({ ...good, video: { ...good.video, ...video } });

test.each([
  ['encoders of two codecs', withVideo({ encoders: ['libx264', 'libx265'] }), ['video.encoders']],
  ['SDR encoders of two codecs', withVideo({ sdrEncoders: ['h264_nvenc', 'libsvtav1'] }), ['video.sdrEncoders']],
  ['video that HLS has no place for', withVideo({ encoders: ['mpeg4'] }), ['video.encoders[0]']],
  ['SDR video that HLS has no place for', withVideo({ sdrEncoders: ['ffv1'] }), ['video.sdrEncoders[0]']],
  [
    'sound that HLS has no place for',
    { ...good, audio: { tracks: [{ encoder: 'libvorbis', bitrateBps: 160_000 }] } },
    ['audio.tracks[0].encoder'],
  ],
  [
    'a ladder in a file',
    { ...withVideo({ ladder: [rung, { ...rung, width: 640 }] }), container: 'mp4' },
    ['video.ladder'],
  ],
  [
    'SDR beside HDR in a file',
    { ...withVideo({ ladder: [{ ...rung, includeSdr: true }] }), container: 'mkv' },
    ['video.ladder[0].includeSdr'],
  ],
  ['the original beside a file', { ...good, container: 'mp4', keepOriginal: true }, ['keepOriginal']],
  ['a folder in the place of the film', { ...good, originals: { policy: 'replace' } }, ['originals.policy']],
  ['a quarantine of no days', { ...good, originals: { policy: 'quarantine', days: 0 } }, ['originals.days']],
  [
    'a rate control without a rate',
    withVideo({ ladder: [{ ...rung, bitrateBps: null }] }),
    ['video.ladder[0].bitrateBps'],
  ],
  ['a rung twice', withVideo({ ladder: [rung, rung] }), ['video.ladder[1]']],
  ['a segment shorter than a GOP', { ...good, segment: { durationSec: 1 } }, ['segment.durationSec']],
  [
    'loudness of sound that is copied',
    { ...good, audio: { tracks: [{ encoder: 'copy', bitrateBps: null, loudness: {} }] } },
    ['audio.tracks[0].loudness'],
  ],
  ['a language twice', { ...good, audio: { ...good.audio, languages: ['eng', 'eng'] } }, ['audio.languages[1]']],
  ['an option with a blank in its name', withVideo({ options: { 'a b': '1' } }), ['video.options.a b']],
])('%s', (_, json, expected) => {
  expect(paths(json)).toEqual(expected);
});

test.each(['/home/me/film.mkv', '..\\film.mkv', 'file:///x', 'stats=/tmp/x', 'C:film.mkv', 'file:film.mkv'])(
  'an encoder option can not name a file (%s): after a switch without a value FFmpeg would write over it',
  (value) => {
    expect(paths(withVideo({ options: { an: value } }))).toEqual(['video.options.an']);
  },
);

test('encoder options as people write them are good', () => {
  const options = { 'x264-params': 'aq-mode=3:psy-rd=1.0,0.15:deblock=-1:-1', bf: '3', 'b-pyramid': 'none' };
  expect(faultsOf(withVideo({ options }))).toEqual([]);
});
