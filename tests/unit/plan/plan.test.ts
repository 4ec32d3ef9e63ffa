import { expect, test } from 'vitest';
import { builtInProfiles } from '#main/media/profile/built-in.ts';
import type { MediaFacts } from '#shared/model/facts.ts';
import { encodePlan, type EncodePlan, reason } from '#shared/model/plan.ts';
import type { Profile } from '#shared/model/profile.ts';
import { aDisposition, aFacts, aFont, anAudio, anHdrVideo, aSubtitle, aVideo } from '#tests/helpers/a-facts.ts';
import { aProfile, builtIn, planOf, refusalOf } from '#tests/helpers/a-plan.ts';

/** A source with nearly everything that a source can have. */
const crowded: MediaFacts = aFacts({
  startSec: -0.5,
  title: 'A "film": 100%',
  video: [anHdrVideo({ hdr10Plus: true, fieldOrder: 'top-first', rotationDeg: 90, mirrored: true })],
  audio: [
    anAudio({ index: 1, startSec: 0.5 }),
    anAudio({ index: 2, codec: 'dts', channels: 6, language: null }),
    anAudio({ index: 3, disposition: aDisposition({ commentary: true }) }),
  ],
  subtitles: [
    aSubtitle({ index: 4, codec: 'ass' }),
    aSubtitle({ index: 5, codec: 'hdmv_pgs_subtitle', form: 'image' }),
    aSubtitle({ index: 6 }),
  ],
  attachments: [aFont(7)],
  chapters: [{ startSec: 0, endSec: null, title: 'One' }],
  otherStreams: [{ index: 8, kind: 'data', codec: null }],
});

/** The same with the keys of every object in the opposite order: what no plan may depend on. */
function turnedAround<T>(value: T): T;
function turnedAround(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => turnedAround(one));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, turnedAround(inner)]),
  );
}

test.each(builtInProfiles.map((profile) => [profile.name, profile] as const))(
  'profile %s makes the same plan byte by byte, and one that reads back as it was written',
  (_, profile) => {
    const plan = planOf(crowded, profile, { chunkSec: 30 });
    const again = planOf(turnedAround(structuredClone(crowded)), structuredClone(profile), { chunkSec: 30 });
    const { profile: own, ...rest } = plan;
    const { profile: ownAgain, ...restAgain } = again;
    expect(ownAgain).toEqual(own);
    expect(withoutFacts(restAgain)).toBe(withoutFacts(rest));
    expect(encodePlan.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  },
);

/** JSON without what is taken over from the facts as a whole, whose keys keep their order. */
function withoutFacts(plan: Omit<EncodePlan, 'profile'>): string {
  const video = plan.video.map((rung) => ({ ...rung, masteringDisplay: null, contentLight: null }));
  return JSON.stringify({ ...plan, video });
}

test('the same input gives byte-identical JSON', () => {
  const json = () => JSON.stringify(planOf(structuredClone(crowded), builtIn('hls-hevc-hdr'), { chunkSec: 30 }));
  expect(json()).toBe(json());
});

test('a plan does not change what it was made from', () => {
  const before = structuredClone(crowded);
  planOf(crowded, builtIn('hls-anime'));
  expect(crowded).toEqual(before);
});

test('the tasks of a job, what they wait for and what they weigh', () => {
  const facts = aFacts({ subtitles: [aSubtitle()] });
  const tasks = planOf(facts, aProfile(), { chunkSec: 60 }).tasks;
  expect(
    tasks.map(({ id, type, weight, dependsOn, resource, priority }) => [
      id,
      type,
      weight,
      dependsOn,
      resource,
      priority,
    ]),
  ).toEqual([
    ['extract', 'extract', 0.2, [], 'io', 10],
    ['audio', 'audio', 0.5, [], 'cpu', 10],
    ['video-0000', 'video', 0.922, [], 'cpu', 5],
    ['video-0001', 'video', 0.614, [], 'cpu', 5],
    ['package', 'package', 0.5, ['extract', 'audio', 'video-0000', 'video-0001'], 'io', 10],
    ['validate', 'validate', 0.3, ['package'], 'io', 10],
    ['publish', 'publish', 0.1, ['validate'], 'io', 10],
  ]);
  expect(tasks.map(({ renditions }) => renditions)).toEqual([
    [],
    ['audio_eng_aac'],
    ['video_1280x720'],
    ['video_1280x720'],
    [],
    [],
    [],
  ]);
});

test('a job that only hardware can make waits for the GPU', () => {
  const resources = (encoders: string[]): string[] =>
    planOf(aFacts(), aProfile({ video: { encoders } }))
      .tasks.filter(({ type }) => type === 'video')
      .map(({ resource }) => resource);
  expect(resources(['h264_nvenc'])).toEqual(['gpu-encode']);
  expect(resources(['h264_nvenc', 'libx264'])).toEqual(['cpu']);
});

test('the estimate is the sum of all ceilings with a tenth to spare, and the original where it is kept', () => {
  const bytes = (changes: Parameters<typeof aProfile>[0]): number => planOf(aFacts(), aProfile(changes)).estimatedBytes;
  // (2 Mb/s + 160 kb/s) for 100 s, in bytes, and a megabyte for the small files.
  expect(bytes({})).toBe(29_700_000 + 1_000_000);
  expect(bytes({ keepOriginal: true })).toBe(29_700_000 + 1_000_000 + 100_000_000);
  // Without a ceiling it is the source's own rate: 8 Mb/s.
  expect(bytes({ video: { rateControl: { mode: 'crf', crf: 18 } } })).toBe(112_200_000 + 1_000_000);
});

test('thumbnails: a tile of the shape of the picture every so many frames, in HLS only', () => {
  const tiled = (changes: Partial<Profile>, facts = aFacts()): unknown =>
    planOf(facts, { ...aProfile({ thumbnails: {} }), ...changes }).thumbnails;
  expect(tiled({})).toEqual({
    width: 320,
    height: 180,
    intervalFrames: 120,
    count: 20,
    columns: 4,
    rows: 5,
    folder: 'thumbs_320x180',
    sheet: 'thumbs_320x180.webp',
    vtt: 'thumbs_320x180.vtt',
  });
  expect(tiled({ container: 'mkv' })).toBe(null);
  expect(tiled({}, aFacts({ video: [aVideo({ width: 16, height: 4000 })] }))).toMatchObject({ height: 5120 });
});

test('attachments travel with Matroska, fonts with a styled subtitle', () => {
  const other = { ...aFont(9), kind: 'other' as const };
  const facts = aFacts({ attachments: [aFont(8), other], subtitles: [aSubtitle({ codec: 'ass' })] });
  const taken = (changes: Parameters<typeof aProfile>[0]): number[] => planOf(facts, aProfile(changes)).attachments;
  expect(taken({ container: 'mkv' })).toEqual([8, 9]);
  expect(taken({ container: 'mkv', fonts: false })).toEqual([9]);
  expect(taken({})).toEqual([8]);
  expect(taken({ fonts: false })).toEqual([]);
  expect(taken({ container: 'mp4' })).toEqual([]);
});

test('video that a container has no place for is refused before anything runs', () => {
  const profile = aProfile({ video: { encoders: ['mpeg4'] } });
  expect(refusalOf(aFacts(), profile).code).toBe('profile-container-mismatch');
  expect(planOf(aFacts(), { ...profile, container: 'mkv' }).video[0]?.codec).toBe('other');
});

/** What makes each reason appear; the test below proves that no reason is declared without one. */
const causes: [EncodePlan['decisions'][number]['because'], Partial<MediaFacts>, Profile][] = [
  [
    'attached-picture',
    { video: [aVideo(), aVideo({ index: 9, disposition: aDisposition({ attachedPicture: true }) })] },
    aProfile(),
  ],
  ['not-the-main-picture', { video: [aVideo(), aVideo({ index: 9, width: 320 })] }, aProfile()],
  ['larger-than-source', { video: [aVideo({ width: 1300, height: 732 })] }, builtIn('hls-universal')],
  [
    'same-size-as-another-rung',
    { video: [aVideo({ height: 804 })] },
    aProfile({
      video: {
        ladder: [
          { width: 1280, height: 720, bitrateBps: 1e6 },
          { width: 1280, height: 700, bitrateBps: 1e6 },
        ],
      },
    }),
  ],
  [
    'language-not-wanted',
    { subtitles: [aSubtitle()] },
    aProfile({
      audio: { languages: ['jpn'], otherLanguages: 'drop' },
      subtitles: { languages: ['jpn'], otherLanguages: 'drop' },
    }),
  ],
  [
    'commentary-not-wanted',
    { audio: [anAudio(), anAudio({ index: 3, disposition: aDisposition({ commentary: true }) })] },
    aProfile({ audio: { commentary: 'drop' } }),
  ],
  ['container-cannot-carry', { attachments: [aFont(5)] }, aProfile({ container: 'mp4' })],
  ['unknown-codec', { audio: [anAudio({ codec: null })] }, aProfile()],
  ['bitmap-subtitle', { subtitles: [aSubtitle({ codec: 'dvd_subtitle' })] }, aProfile()],
  ['not-a-media-stream', { otherStreams: [{ index: 8, kind: 'data', codec: null }] }, aProfile()],
  ['profile-leaves-it-out', { chapters: [{ startSec: 0, endSec: 9, title: null }] }, aProfile({ chapters: false })],
  ['outside-the-film', { chapters: [{ startSec: 900, endSec: 999, title: null }] }, aProfile()],
  ['capped-to-source', { video: [aVideo({ width: 640, height: 360 })] }, aProfile()],
  ['only-track-left', {}, aProfile({ audio: { languages: ['jpn'], otherLanguages: 'drop' } })],
  ['codec-has-no-hdr', { video: [anHdrVideo()] }, aProfile()],
  ['profile-wants-sdr', { video: [anHdrVideo()] }, aProfile({ video: { encoders: ['libx265'], dynamicRange: 'sdr' } })],
  ['sdr-beside-hdr', { video: [anHdrVideo()] }, builtIn('hls-hevc-hdr')],
  [
    'dolby-vision-base-layer',
    {
      video: [
        anHdrVideo({
          dolbyVision: { profile: 8, level: null, compatibilityId: 1, hasRpu: true, hasEnhancementLayer: false },
        }),
      ],
    },
    aProfile(),
  ],
  ['dynamic-metadata-dropped', { video: [anHdrVideo({ hdr10Plus: true })] }, aProfile()],
  ['variable-frame-rate', { video: [aVideo({ rateMode: 'variable' })] }, aProfile()],
  ['unknown-frame-rate', { video: [aVideo({ frameRate: null })] }, aProfile()],
  ['frame-rate-limit', {}, aProfile({ video: { maxFrameRate: 12 } })],
  ['interlaced', { video: [aVideo({ fieldOrder: 'bottom-first' })] }, aProfile()],
  ['rotated', { video: [aVideo({ rotationDeg: 270 })] }, aProfile()],
  ['mirrored', { video: [aVideo({ mirrored: true })] }, aProfile()],
  ['anamorphic', { video: [aVideo({ sampleAspect: { num: 4, den: 3 } })] }, aProfile()],
  ['black-bars', { activeArea: { x: 0, y: 100, width: 1920, height: 880 } }, aProfile({ filters: { crop: 'auto' } })],
  ['untagged-colour', { video: [aVideo({ color: { ...aVideo().color, matrix: null } })] }, aProfile()],
  ['full-range', { video: [aVideo({ color: { ...aVideo().color, range: 'pc' } })] }, aProfile()],
  ['audio-outlasts-video', { audio: [anAudio({ endSec: 105 })] }, aProfile()],
  ['starts-late', { audio: [anAudio({ startSec: 1 })] }, aProfile()],
  ['starts-early', { audio: [anAudio({ startSec: -1 })] }, aProfile()],
  ['fewer-source-channels', { audio: [anAudio({ channels: 1 })] }, aProfile()],
  [
    'encoder-channel-limit',
    { audio: [anAudio({ channels: 8 })] },
    aProfile({ audio: { tracks: [{ encoder: 'ac3', bitrateBps: 448_000, channels: null }] } }),
  ],
  [
    'one-codec-in-a-group',
    { audio: [anAudio(), anAudio({ index: 3, codec: 'ac3' })] },
    aProfile({ audio: { tracks: [{ encoder: 'copy', bitrateBps: null }] } }),
  ],
  [
    'already-suitable',
    {},
    aProfile({ audio: { tracks: [{ encoder: 'aac', bitrateBps: 160_000, copyWhenSuitable: true }] } }),
  ],
  ['asked-to-copy', {}, builtIn('mkv-archive')],
  ['needs-fmp4', {}, aProfile({ video: { encoders: ['libx265'] } })],
  ['styled-subtitle-kept', { subtitles: [aSubtitle({ codec: 'ass' })] }, aProfile()],
  ['text-to-webvtt', { subtitles: [aSubtitle()] }, aProfile()],
  ['text-to-mov-text', { subtitles: [aSubtitle()] }, aProfile({ container: 'mp4' })],
  ['text-to-subrip', { subtitles: [aSubtitle({ codec: 'mov_text' })] }, aProfile({ container: 'mkv' })],
  ['styling-lost', { subtitles: [aSubtitle({ codec: 'ass' })] }, aProfile({ container: 'mp4' })],
  [
    'image-burnt-in',
    { subtitles: [aSubtitle({ codec: 'dvd_subtitle' })] },
    aProfile({ subtitles: { images: 'burn-in' } }),
  ],
  ['burn-in-wanted', { subtitles: [aSubtitle()] }, aProfile({ subtitles: { burnIn: 'first' } })],
  ['truncated-source', { truncatedAtSec: 50 }, aProfile()],
  ['sprite-too-large', {}, aProfile({ thumbnails: { widthPx: 640, intervalSec: 1 } })],
  ['closed-captions-dropped', { video: [aVideo({ closedCaptions: true })] }, aProfile()],
];

test.each(causes)('%s is said when it is so', (because, facts, profile) => {
  const long = because === 'sprite-too-large' ? { video: [aVideo({ endSec: 7200 })] } : {};
  const plan = planOf(aFacts({ ...facts, ...long }), profile, { acceptTruncated: true });
  expect(plan.decisions.map((one) => one.because)).toContain(because);
  expect(planOf(aFacts(), aProfile()).decisions).toEqual([]);
});

test('every reason that is declared has something that causes it', () => {
  expect(causes.map(([because]) => because).toSorted()).toEqual([...reason.options].toSorted());
});
