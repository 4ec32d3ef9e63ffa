import { expect, test } from 'vitest';
import { readMediaFacts } from '#main/media/probe/read-media-facts.ts';
import { mediaFacts } from '#shared/model/facts.ts';
import brokenFrameRate from '#tests/fixtures/ffprobe/broken-frame-rate.json' with { type: 'json' };
import chaptersAfterTheEnd from '#tests/fixtures/ffprobe/chapters-after-the-end.json' with { type: 'json' };
import hdr10Av1 from '#tests/fixtures/ffprobe/hdr10-av1.json' with { type: 'json' };
import sidewaysPhoneClip from '#tests/fixtures/ffprobe/sideways-phone-clip.json' with { type: 'json' };
import twoFilmsInOne from '#tests/fixtures/ffprobe/two-films-in-one.json' with { type: 'json' };
import { evidenceOf, type PacketRow } from '#tests/helpers/probe-fixture.ts';

const noDisposition = {
  default: false,
  forced: false,
  hearingImpaired: false,
  visualImpaired: false,
  commentary: false,
  dub: false,
  original: false,
  attachedPicture: false,
};
const isDefault = { ...noDisposition, default: true };

test('a header that claims 1000 pictures a second loses against the timestamps', () => {
  expect(readMediaFacts(evidenceOf(brokenFrameRate))).toEqual({
    format: 'matroska,webm',
    sizeBytes: 109_804,
    startSec: 0,
    durationSec: 1.139,
    bitrateBps: 771_230,
    title: null,
    video: [
      {
        index: 0,
        codec: 'h264',
        language: null,
        title: null,
        disposition: isDefault,
        startSec: 0.067,
        endSec: 1.067333,
        bitrateBps: 740_450,
        profile: 'High',
        level: 52,
        width: 1080,
        height: 720,
        sampleAspect: { num: 1, den: 1 },
        rotationDeg: 0,
        mirrored: false,
        frameRate: { num: 30, den: 1 },
        rateMode: 'constant',
        fieldOrder: 'progressive',
        frameCount: 30,
        pixelFormat: 'yuv420p',
        bitDepth: 8,
        chroma: '420',
        hasAlpha: false,
        color: { primaries: null, transfer: null, matrix: null, range: null, chromaLocation: 'left' },
        dynamicRange: 'sdr',
        masteringDisplay: null,
        contentLight: null,
        dolbyVision: null,
        hdr10Plus: false,
        closedCaptions: false,
      },
    ],
    audio: [
      {
        index: 1,
        codec: 'ac3',
        language: null,
        title: null,
        disposition: isDefault,
        startSec: 0.129,
        endSec: 1.138,
        bitrateBps: 96_000,
        profile: null,
        channels: 1,
        channelLayout: 'mono',
        sampleRateHz: 44_100,
        bitDepth: null,
      },
    ],
    subtitles: [
      {
        index: 2,
        codec: 'ass',
        language: null,
        title: null,
        disposition: isDefault,
        startSec: 0,
        endSec: 0.5,
        bitrateBps: 784,
        form: 'text',
        width: null,
        height: null,
      },
    ],
    attachments: [],
    chapters: [],
    otherStreams: [],
    truncatedAtSec: null,
    activeArea: null,
    oddities: [
      {
        code: 'wrong-frame-rate',
        severity: 'info',
        message: 'the file claims 1000 pictures a second, its timestamps show 30',
        where: 'stream 0',
      },
    ],
  });
});

test('a sideways phone clip is turned a quarter clockwise, and its trembling clock is 24', () => {
  const [video] = readMediaFacts(evidenceOf(sidewaysPhoneClip)).video;
  expect(video).toMatchObject({
    width: 640,
    height: 480,
    rotationDeg: 90,
    mirrored: false,
    frameRate: { num: 24, den: 1 },
    rateMode: 'constant',
    frameCount: 25,
    color: { primaries: 'bt709', transfer: 'bt709', matrix: 'smpte170m', range: 'tv', chromaLocation: 'left' },
  });
});

test('HDR10 brings its mastering display and light level', () => {
  const [video] = readMediaFacts(evidenceOf(hdr10Av1)).video;
  expect(video).toMatchObject({
    dynamicRange: 'pq',
    bitDepth: 10,
    frameRate: { num: 60_000, den: 1001 },
    frameCount: 60,
    color: { primaries: 'bt2020', transfer: 'smpte2084', matrix: 'bt2020nc', range: 'tv', chromaLocation: null },
    masteringDisplay: {
      redX: 0.677_98,
      redY: 0.321_98,
      greenX: 0.245,
      greenY: 0.703,
      blueX: 0.137_98,
      blueY: 0.052,
      whiteX: 0.312_68,
      whiteY: 0.328_98,
      minNits: 0,
      maxNits: 1000,
    },
    contentLight: { maxCll: 1100, maxFall: 180 },
  });
});

test('chapters after the end are dropped and told, the last one ends with the film', () => {
  const facts = readMediaFacts(evidenceOf(chaptersAfterTheEnd));
  expect(facts.chapters).toEqual([{ startSec: 0, endSec: 1.018, title: 'Intro' }]);
  expect(facts.oddities).toEqual([
    {
      code: 'chapters-outside-the-film',
      severity: 'warning',
      message: '3 of 4 chapters begin after the end of the film and are left out',
      where: null,
    },
  ]);
  expect(facts.subtitles.map(({ language }) => language)).toEqual(['eng', 'cze', 'ger', 'fre', 'por', 'spa']);
  expect(facts.video[0]).toMatchObject({ chroma: '444', bitDepth: 10, startSec: 0.003, frameCount: 24 });
});

test('two films in one file are told apart stream by stream', () => {
  const facts = readMediaFacts(evidenceOf(twoFilmsInOne));
  expect(
    facts.video.map(({ index, frameRate, frameCount, endSec }) => ({ index, frameRate, frameCount, endSec })),
  ).toEqual([
    { index: 0, frameRate: { num: 25, den: 1 }, frameCount: 325, endSec: 13 },
    { index: 3, frameRate: { num: 30_000, den: 1001 }, frameCount: 390, endSec: 13.013 },
  ]);
  expect(facts.audio.map(({ index, endSec }) => ({ index, endSec }))).toEqual([
    { index: 1, endSec: 13.056 },
    { index: 4, endSec: 13.056 },
  ]);
});

test('facts are what the model says they are', () => {
  for (const fixture of [brokenFrameRate, chaptersAfterTheEnd, hdr10Av1, sidewaysPhoneClip, twoFilmsInOne]) {
    const facts = readMediaFacts(evidenceOf(fixture));
    expect(mediaFacts.parse(JSON.parse(JSON.stringify(facts)))).toEqual(facts);
  }
});

/** A container with one stream that says only this. */
function oneStream(stream: Record<string, unknown>, format: Record<string, unknown> = {}) {
  const container = { streams: [{ index: 0, ...stream }], format: { format_name: 'matroska,webm', ...format } };
  return evidenceOf({ container, firstFrames: {}, head: [], headToEnd: true, tail: [], sizeBytes: 1 });
}

test('a stream that says nothing is all unknown, never zero', () => {
  const facts = readMediaFacts(
    oneStream({ codec_type: 'audio', channels: 0, sample_rate: '0', bits_per_sample: 0, channel_layout: 'unknown' }),
  );
  expect(facts.audio).toEqual([
    {
      index: 0,
      codec: null,
      language: null,
      title: null,
      disposition: noDisposition,
      startSec: null,
      endSec: null,
      bitrateBps: null,
      profile: null,
      channels: null,
      channelLayout: null,
      sampleRateHz: null,
      bitDepth: null,
    },
  ]);
  expect(facts).toMatchObject({ startSec: null, durationSec: null, bitrateBps: null, truncatedAtSec: null });
});

test('a picture stream without a size is no picture', () => {
  const facts = readMediaFacts(oneStream({ codec_type: 'video', codec_name: 'h264', width: 0, height: 0 }));
  expect(facts.video).toEqual([]);
  expect(facts.otherStreams).toEqual([{ index: 0, kind: 'video', codec: 'h264' }]);
});

test.each([
  ['English Commentary', 'audio', { commentary: true }],
  ['Director and cast commentary', 'audio', { commentary: true }],
  ['English (SDH)', 'subtitle', { hearingImpaired: true }],
  ['Forced', 'subtitle', { forced: true }],
  ['Forced march (surround)', 'audio', {}],
  ['Reinforced', 'subtitle', {}],
  ['Signs & Songs', 'subtitle', {}],
] as const)('the title %j of a %s stream adds %o', (title, codec_type, added) => {
  const facts = readMediaFacts(oneStream({ codec_type, codec_name: 'x', tags: { TITLE: title } }));
  expect([...facts.audio, ...facts.subtitles][0]?.disposition).toEqual({ ...noDisposition, ...added });
});

test.each([
  ['application/x-truetype-font', 'a.bin', 'font'],
  ['application/vnd.ms-opentype', null, 'font'],
  ['font/collection', null, 'font'],
  ['application/octet-stream', 'Arial.TTF', 'font'],
  ['image/jpeg', 'cover.jpg', 'picture'],
  ['application/octet-stream', '../../etc/passwd', 'other'],
] as const)('an attachment of type %s named %s is a %s', (mimetype, filename, kind) => {
  const tags = filename === null ? { mimetype } : { mimetype, filename };
  const facts = readMediaFacts(oneStream({ codec_type: 'attachment', extradata_size: 7, tags }));
  expect(facts.attachments).toEqual([{ index: 0, fileName: filename, mimeType: mimetype, kind, sizeBytes: 7 }]);
});

test('Dolby Vision profile 5 is PQ though nothing else says so', () => {
  const record = {
    side_data_type: 'DOVI configuration record',
    dv_version_major: 1,
    dv_profile: 5,
    dv_level: 6,
    rpu_present_flag: 1,
    el_present_flag: 0,
    bl_present_flag: 1,
    dv_bl_signal_compatibility_id: 0,
  };
  const facts = readMediaFacts(oneStream({ codec_type: 'video', width: 64, height: 48, side_data_list: [record] }));
  expect(facts.video[0]).toMatchObject({
    dynamicRange: 'pq',
    dolbyVision: { profile: 5, level: 6, compatibilityId: 0, hasRpu: true, hasEnhancementLayer: false },
  });
});

test('what only the first pictures carry is found: HDR10+, captions, fields, colour', () => {
  const evidence = oneStream({ codec_type: 'video', width: 64, height: 48, field_order: 'progressive' });
  const sideData = [
    { side_data_type: 'HDR Dynamic Metadata SMPTE2094-40 (HDR10+)' },
    { side_data_type: 'ATSC A53 Part 4 Closed Captions' },
    { side_data_type: 'Content light level metadata', max_content: 1000, max_average: 400 },
  ];
  const frame = {
    stream_index: 0,
    interlaced_frame: 1,
    top_field_first: 0,
    color_transfer: 'smpte2084',
    side_data_list: sideData,
  };
  const [video] = readMediaFacts({ ...evidence, firstFrames: { frames: [frame] } }).video;
  expect(video).toMatchObject({
    hdr10Plus: true,
    closedCaptions: true,
    contentLight: { maxCll: 1000, maxFall: 400 },
    dynamicRange: 'pq',
    fieldOrder: 'bottom-first',
  });
});

test('an empty mastering display and a light level of zero are unknown', () => {
  const zero = Object.fromEntries(
    ['red_x', 'red_y', 'green_x', 'green_y', 'blue_x', 'blue_y', 'white_point_x', 'white_point_y'].map((name) => [
      name,
      '0/50000',
    ]),
  );
  const sideData = [
    {
      side_data_type: 'Mastering display metadata',
      ...zero,
      min_luminance: '0/10000',
      max_luminance: '10000000/10000',
    },
    { side_data_type: 'Content light level metadata', max_content: 0, max_average: 0 },
  ];
  const facts = readMediaFacts(oneStream({ codec_type: 'video', width: 64, height: 48, side_data_list: sideData }));
  expect(facts.video[0]).toMatchObject({ masteringDisplay: null, contentLight: null });
});

test('data that ends before the container says so is told as truncated', () => {
  const container = {
    streams: [{ index: 0, codec_type: 'audio', codec_name: 'aac', start_time: '0.000000', duration: '100.0' }],
    format: { format_name: 'mov,mp4', start_time: '0.000000', duration: '100.0' },
  };
  const evidence = evidenceOf({
    ...{ container, firstFrames: {}, head: [], headToEnd: true, sizeBytes: 1 },
    tail: [[0, '59.980000', '59.980000', '0.020000', 'K_']],
  });
  const facts = readMediaFacts(evidence);
  expect(facts.truncatedAtSec).toBe(60);
  expect(facts.oddities).toEqual([
    {
      code: 'truncated',
      severity: 'error',
      message: 'the file is cut off: 60.0 s of 100.0 s can be decoded',
      where: null,
    },
  ]);
});

test('a damaged timestamp near the end makes no film longer, and one that goes on past its claimed end keeps all', () => {
  const endSec = (lateSec: readonly number[]): number | null | undefined => {
    const container = {
      streams: [{ index: 0, codec_type: 'audio', codec_name: 'aac', start_time: '0.000000' }],
      format: { format_name: 'matroska,webm', start_time: '0.000000', duration: '4.0' },
    };
    const tail = [3.96, 3.98, ...lateSec].map((sec) => packetAt(sec));
    const evidence = { container, firstFrames: {}, head: [], headToEnd: true, sizeBytes: 1, tail };
    return readMediaFacts(evidenceOf(evidence)).audio[0]?.endSec;
  };
  expect(endSec([])).toBe(4);
  expect(endSec([4197.96])).toBe(4);
  expect(endSec([6, 10, 14])).toBe(14.02);
});

function packetAt(sec: number): PacketRow {
  return [0, sec.toFixed(6), sec.toFixed(6), '0.020000', 'K_'];
}
