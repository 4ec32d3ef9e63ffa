import { expect, test } from 'vitest';
import type { DolbyVision, VideoFacts } from '#shared/model/facts.ts';
import type { EncodePlan } from '#shared/model/plan.ts';
import type { DynamicMetadataPolicy } from '#shared/model/profile.ts';
import { aDisposition, aFacts, anHdrVideo, aVideo } from '#tests/helpers/a-facts.ts';
import { aProfile, decisionsOf, planOf, refusalOf } from '#tests/helpers/a-plan.ts';

const planFor = (video: Partial<VideoFacts>, profile = aProfile()): EncodePlan =>
  planOf(aFacts({ video: [aVideo(video)] }), profile);

const vision = (profile: number, compatibilityId: number | null): DolbyVision => ({
  profile,
  level: 6,
  compatibilityId,
  hasRpu: true,
  hasEnhancementLayer: profile === 7,
});
const hevcWith = (dynamicMetadata: DynamicMetadataPolicy) =>
  aProfile({ video: { encoders: ['libx265'], dynamicMetadata }, segment: { type: 'fmp4' } });

test('a plain picture is taken as it is', () => {
  expect(planFor({}).picture).toEqual({
    streamIndex: 0,
    onGrid: true,
    deinterlace: false,
    mirror: false,
    rotationDeg: 0,
    crop: null,
    denoise: 'off',
    deband: false,
    dynamicRange: 'sdr',
    peakNits: null,
    fullRange: false,
    rgb: false,
    burnIn: null,
  });
});

test.each([
  ['interlaced', { fieldOrder: 'top-first' }, { deinterlace: true }],
  ['rotated', { rotationDeg: 90 }, { rotationDeg: 90 }],
  ['mirrored', { mirrored: true }, { mirror: true }],
  ['anamorphic', { sampleAspect: { num: 16, den: 15 } }, {}],
  ['closed-captions-dropped', { closedCaptions: true }, {}],
  ['full-range', { color: { ...aVideo().color, range: 'pc' } }, { fullRange: true }],
] satisfies [string, Partial<VideoFacts>, object][])('a picture that is %s says so', (reason, video, expected) => {
  const plan = planFor(video);
  expect(plan.picture).toEqual({ ...planFor({}).picture, ...expected });
  expect(plan.decisions.map(({ because }) => because)).toEqual([reason]);
});

test('square pixels and RGB need no word', () => {
  expect(planFor({ sampleAspect: { num: 1, den: 1 } }).decisions).toEqual([]);
  const rgb = planFor({ chroma: 'rgb', color: { ...aVideo().color, matrix: 'gbr', range: 'pc' } });
  expect([rgb.picture.rgb, rgb.picture.fullRange, rgb.video[0]?.color.matrix]).toEqual([true, false, 'bt709']);
  expect(rgb.decisions).toEqual([]);
});

test('deinterlacing can be forced and forbidden', () => {
  expect(planFor({}, aProfile({ filters: { deinterlace: 'always' } })).picture.deinterlace).toBe(true);
  const off = aProfile({ filters: { deinterlace: 'off' } });
  expect(planFor({ fieldOrder: 'bottom-first' }, off).picture.deinterlace).toBe(false);
});

test('of several pictures the one marked default is the film, else the largest; a cover never is', () => {
  const cover = aVideo({ index: 0, width: 4000, height: 4000, disposition: aDisposition({ attachedPicture: true }) });
  const small = aVideo({ index: 1, width: 640, height: 360 });
  const large = aVideo({ index: 2 });
  const plan = planOf(aFacts({ video: [cover, small, large] }), aProfile());
  expect(plan.picture.streamIndex).toBe(2);
  expect(decisionsOf(plan)).toEqual(['drop stream 0: attached-picture', 'drop stream 1: not-the-main-picture']);
  const marked = { ...small, disposition: aDisposition({ default: true }) };
  expect(planOf(aFacts({ video: [marked, large] }), aProfile()).picture.streamIndex).toBe(1);
  const bothMarked = [marked, { ...large, disposition: aDisposition({ default: true }) }];
  expect(planOf(aFacts({ video: bothMarked }), aProfile()).picture.streamIndex).toBe(2);
});

test.each([
  ['only sound', aFacts({ video: [] })],
  [
    'only sound and a cover picture',
    aFacts({ video: [aVideo({ disposition: aDisposition({ attachedPicture: true }) })] }),
  ],
  ['no film', aFacts({ video: [], audio: [] })],
])('a file with %s is refused', (found, facts) => {
  expect(refusalOf(facts, aProfile())).toEqual({
    code: 'no-video',
    message: `the file holds ${found}: Encrew encodes films, so give it a file with a video track`,
  });
});

test.each([
  [{}, 900],
  [{ contentLight: null }, 1000],
  [{ contentLight: { maxCll: 0, maxFall: 0 } }, 1000],
  [{ contentLight: null, masteringDisplay: null }, 1000],
] satisfies [Partial<VideoFacts>, number][])('the brightest picture of HDR with %j', (video, nits) => {
  expect(planFor(anHdrVideo(video)).picture.peakNits).toBe(nits);
});

test.each(['keep', 'base-layer', 'tonemap', 'refuse'] as const)(
  'Dolby Vision 5 is refused by policy %s: it has no base layer',
  (policy) => {
    const facts = aFacts({ video: [anHdrVideo({ dolbyVision: vision(5, 0) })] });
    expect(refusalOf(facts, hevcWith(policy)).code).toBe('dolby-vision-profile-5');
  },
);

test('AV1 with Dolby Vision and no compatible base is refused alike', () => {
  const facts = aFacts({ video: [anHdrVideo({ codec: 'av1', dolbyVision: vision(10, 0) })] });
  expect(refusalOf(facts, hevcWith('base-layer')).code).toBe('dolby-vision-profile-5');
});

const carriers: [string, Partial<VideoFacts>, string][] = [
  ['Dolby Vision 7', { dolbyVision: vision(7, 6) }, 'change stream 0: dolby-vision-base-layer'],
  ['Dolby Vision 8.1', { dolbyVision: vision(8, 1) }, 'change stream 0: dolby-vision-base-layer'],
  ['HDR10+', { hdr10Plus: true }, 'drop stream 0: dynamic-metadata-dropped'],
];

test.each(carriers)('%s is encoded from its base layer, with a reason', (_, video, decision) => {
  const plan = planFor(anHdrVideo(video), hevcWith('base-layer'));
  expect(plan.video.map(({ id, dynamicRange }) => [id, dynamicRange])).toEqual([['video_1280x720', 'pq']]);
  expect(decisionsOf(plan)).toEqual([decision]);
});

test.each(carriers)('%s is tone-mapped when the policy says so', (_, video, decision) => {
  const plan = planFor(anHdrVideo(video), hevcWith('tonemap'));
  expect(plan.video.map(({ id, dynamicRange }) => [id, dynamicRange])).toEqual([['video_1280x720_SDR', 'sdr']]);
  expect(decisionsOf(plan)).toEqual([decision, 'convert stream 0: profile-wants-sdr']);
});

test.each(carriers)('%s is refused by "refuse", and by "keep" since nothing here keeps it', (_, video) => {
  const facts = aFacts({ video: [anHdrVideo(video)] });
  expect(refusalOf(facts, hevcWith('refuse')).code).toBe('dynamic-metadata');
  expect(refusalOf(facts, hevcWith('keep')).code).toBe('dynamic-metadata');
});

test('policies about dynamic metadata do not touch plain HDR10', () => {
  for (const policy of ['keep', 'base-layer', 'tonemap', 'refuse'] as const) {
    expect(planFor(anHdrVideo(), hevcWith(policy)).video.map(({ dynamicRange }) => dynamicRange)).toEqual(['pq']);
  }
});

test('HLG stays HLG', () => {
  const hlg = anHdrVideo({ dynamicRange: 'hlg', masteringDisplay: null, contentLight: null });
  expect(planFor(hlg, hevcWith('base-layer')).video[0]?.color).toEqual({
    primaries: 'bt2020',
    transfer: 'arib-std-b67',
    matrix: 'bt2020nc',
  });
});
