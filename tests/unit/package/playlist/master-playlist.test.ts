import { parse } from 'hls-parser';
import { expect, test } from 'vitest';
import type {
  MasterAudio,
  MasterPlaylistModel,
  MasterSubtitle,
  MasterVideo,
} from '#main/media/package/playlist/master-model.ts';
import { masterPlaylist } from '#main/media/package/playlist/master-playlist.ts';

function aVideo(over: Partial<MasterVideo> = {}): MasterVideo {
  return {
    path: 'video_1280x720/video_1280x720.m3u8',
    name: '1280x720 SDR',
    widthPx: 1280,
    heightPx: 720,
    frameRate: { num: 24000, den: 1001 },
    codec: 'avc1.64001F',
    videoRange: 'SDR',
    colourSpace: 'BT.709',
    bitrate: { peakBps: 3_000_000, averageBps: 2_000_000 },
    iFrames: null,
    ...over,
  };
}

function anAudio(over: Partial<MasterAudio> = {}): MasterAudio {
  return {
    path: 'audio_eng_aac/audio_eng_aac.m3u8',
    name: 'English',
    language: 'en',
    codec: 'mp4a.40.2',
    channels: 2,
    jointObjectCoding: false,
    commentary: false,
    describesVideo: false,
    bitrate: { peakBps: 130_000, averageBps: 128_000 },
    ...over,
  };
}

function aSubtitle(over: Partial<MasterSubtitle> = {}): MasterSubtitle {
  return {
    path: 'subtitles/Film.eng.full.m3u8',
    name: 'English',
    language: 'en',
    isDefault: false,
    forced: false,
    sdh: false,
    ...over,
  };
}

const hdr = aVideo({
  path: 'video_1920x1080/video_1920x1080.m3u8',
  name: '1920x1080 HDR',
  widthPx: 1920,
  heightPx: 1080,
  codec: 'hvc1.2.4.L120.B0',
  videoRange: 'PQ',
  colourSpace: 'BT.2020',
  bitrate: { peakBps: 8_000_000, averageBps: 6_000_000 },
});
const sdr = aVideo({
  path: 'video_1920x1080_SDR/video_1920x1080_SDR.m3u8',
  name: '1920x1080 SDR',
  widthPx: 1920,
  heightPx: 1080,
  codec: 'avc1.640028',
  bitrate: { peakBps: 7_000_000, averageBps: 5_000_000 },
  iFrames: {
    path: 'video_1920x1080_SDR/video_1920x1080_SDR_iframes.m3u8',
    bitrate: { peakBps: 900_000, averageBps: 700_000 },
  },
});

test('a title with HDR beside SDR, two codecs of two languages and subtitles is written whole', () => {
  const model: MasterPlaylistModel = {
    video: [hdr, sdr, aVideo()],
    audioGroups: [
      {
        id: 'audio_aac',
        renditions: [
          anAudio({ path: 'audio_jpn_aac/audio_jpn_aac.m3u8', name: 'Japanese', language: 'ja' }),
          anAudio({ bitrate: { peakBps: 140_000, averageBps: 120_000 } }),
        ],
      },
      {
        id: 'audio_eac3',
        renditions: [
          anAudio({
            path: 'audio_jpn_eac3/audio_jpn_eac3.m3u8',
            name: 'Japanese',
            language: 'ja',
            codec: 'ec-3',
            channels: 6,
            jointObjectCoding: true,
            bitrate: { peakBps: 640_000, averageBps: 640_000 },
          }),
          anAudio({
            path: 'audio_eng_eac3/audio_eng_eac3.m3u8',
            codec: 'ec-3',
            channels: 6,
            bitrate: { peakBps: 384_000, averageBps: 384_000 },
          }),
        ],
      },
    ],
    subtitles: [
      aSubtitle(),
      aSubtitle({ path: 'subtitles/Film.eng.sdh.m3u8', name: 'English (SDH)', sdh: true }),
      aSubtitle({ path: 'subtitles/Film.eng.sign.m3u8', name: 'English (Signs)', forced: true, isDefault: true }),
    ],
  };

  const text = masterPlaylist(model);

  expect(text).toBe(`#EXTM3U
#EXT-X-VERSION:6
#EXT-X-INDEPENDENT-SEGMENTS

#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio_aac",NAME="Japanese",LANGUAGE="ja",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="audio_jpn_aac/audio_jpn_aac.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio_aac",NAME="English",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="2",URI="audio_eng_aac/audio_eng_aac.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio_eac3",NAME="Japanese",LANGUAGE="ja",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="16/JOC",URI="audio_jpn_eac3/audio_jpn_eac3.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio_eac3",NAME="English",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="6",URI="audio_eng_eac3/audio_eng_eac3.m3u8"

#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="English",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI="subtitles/Film.eng.full.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="English (SDH)",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,CHARACTERISTICS="public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound",URI="subtitles/Film.eng.sdh.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="English (Signs)",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,FORCED=YES,URI="subtitles/Film.eng.sign.m3u8"

#EXT-X-STREAM-INF:BANDWIDTH=3140000,AVERAGE-BANDWIDTH=2128000,CODECS="avc1.64001F,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=23.976,VIDEO-RANGE=SDR,CLOSED-CAPTIONS=NONE,AUDIO="audio_aac",SUBTITLES="subtitles",COLOUR-SPACE=BT.709,NAME="1280x720 SDR"
video_1280x720/video_1280x720.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=7140000,AVERAGE-BANDWIDTH=5128000,CODECS="avc1.640028,mp4a.40.2",RESOLUTION=1920x1080,FRAME-RATE=23.976,VIDEO-RANGE=SDR,CLOSED-CAPTIONS=NONE,AUDIO="audio_aac",SUBTITLES="subtitles",COLOUR-SPACE=BT.709,NAME="1920x1080 SDR"
video_1920x1080_SDR/video_1920x1080_SDR.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=8140000,AVERAGE-BANDWIDTH=6128000,CODECS="hvc1.2.4.L120.B0,mp4a.40.2",RESOLUTION=1920x1080,FRAME-RATE=23.976,VIDEO-RANGE=PQ,CLOSED-CAPTIONS=NONE,AUDIO="audio_aac",SUBTITLES="subtitles",COLOUR-SPACE=BT.2020,NAME="1920x1080 HDR"
video_1920x1080/video_1920x1080.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=3640000,AVERAGE-BANDWIDTH=2640000,CODECS="avc1.64001F,ec-3",RESOLUTION=1280x720,FRAME-RATE=23.976,VIDEO-RANGE=SDR,CLOSED-CAPTIONS=NONE,AUDIO="audio_eac3",SUBTITLES="subtitles",COLOUR-SPACE=BT.709,NAME="1280x720 SDR"
video_1280x720/video_1280x720.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=7640000,AVERAGE-BANDWIDTH=5640000,CODECS="avc1.640028,ec-3",RESOLUTION=1920x1080,FRAME-RATE=23.976,VIDEO-RANGE=SDR,CLOSED-CAPTIONS=NONE,AUDIO="audio_eac3",SUBTITLES="subtitles",COLOUR-SPACE=BT.709,NAME="1920x1080 SDR"
video_1920x1080_SDR/video_1920x1080_SDR.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=8640000,AVERAGE-BANDWIDTH=6640000,CODECS="hvc1.2.4.L120.B0,ec-3",RESOLUTION=1920x1080,FRAME-RATE=23.976,VIDEO-RANGE=PQ,CLOSED-CAPTIONS=NONE,AUDIO="audio_eac3",SUBTITLES="subtitles",COLOUR-SPACE=BT.2020,NAME="1920x1080 HDR"
video_1920x1080/video_1920x1080.m3u8

#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=900000,AVERAGE-BANDWIDTH=700000,CODECS="avc1.640028",RESOLUTION=1920x1080,VIDEO-RANGE=SDR,URI="video_1920x1080_SDR/video_1920x1080_SDR_iframes.m3u8"
`);
  const parsed = parse(text);
  expect(parsed.isMasterPlaylist && parsed.variants.map((variant) => variant.audio.length)).toEqual([
    2, 2, 2, 2, 2, 2, 0,
  ]);
});

test('a silent film has neither an audio group nor an audio codec', () => {
  expect(masterPlaylist({ video: [aVideo({ colourSpace: null })], audioGroups: [], subtitles: [] })).toBe(`#EXTM3U
#EXT-X-VERSION:6
#EXT-X-INDEPENDENT-SEGMENTS

#EXT-X-STREAM-INF:BANDWIDTH=3000000,AVERAGE-BANDWIDTH=2000000,CODECS="avc1.64001F",RESOLUTION=1280x720,FRAME-RATE=23.976,VIDEO-RANGE=SDR,CLOSED-CAPTIONS=NONE,NAME="1280x720 SDR"
video_1280x720/video_1280x720.m3u8
`);
});

test('a commentary, an audio description and a second track of a language are offered but only some are chosen unasked', () => {
  const text = masterPlaylist({
    video: [aVideo()],
    audioGroups: [
      {
        id: 'audio_aac',
        renditions: [
          anAudio(),
          anAudio({ path: 'b/b.m3u8', name: 'English 2' }),
          anAudio({ path: 'c/c.m3u8', name: 'Commentary', commentary: true }),
          anAudio({ path: 'd/d.m3u8', name: 'Described', describesVideo: true }),
          anAudio({ path: 'e/e.m3u8', name: 'Unknown', language: null }),
        ],
      },
    ],
    subtitles: [],
  });
  expect(text.split('\n').filter((line) => line.startsWith('#EXT-X-MEDIA:'))).toEqual([
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio_aac",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="audio_eng_aac/audio_eng_aac.m3u8"',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio_aac",NAME="English 2",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=NO,CHANNELS="2",URI="b/b.m3u8"',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio_aac",NAME="Commentary",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=NO,CHANNELS="2",URI="c/c.m3u8"',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio_aac",NAME="Described",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,CHARACTERISTICS="public.accessibility.describes-video",CHANNELS="2",URI="d/d.m3u8"',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio_aac",NAME="Unknown",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="2",URI="e/e.m3u8"',
  ]);
});

test('a track title with quotes and line breaks cannot end its value or forge a tag', () => {
  const text = masterPlaylist({
    video: [aVideo()],
    audioGroups: [],
    subtitles: [aSubtitle({ name: 'Say "hi"\r\n#EXT-X-ENDLIST', path: 'subtitles/A #1 50%: "x".eng.full.m3u8' })],
  });
  expect(text.split('\n')[4]).toBe(
    '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="Say \'hi\' #EXT-X-ENDLIST",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI="subtitles/A%20%231%2050%25%3A%20%22x%22.eng.full.m3u8"',
  );
});

test('only one subtitle is the default, however many sources say so', () => {
  const text = masterPlaylist({
    video: [aVideo()],
    audioGroups: [],
    subtitles: [aSubtitle({ isDefault: true }), aSubtitle({ name: 'Deutsch', language: 'de', isDefault: true })],
  });
  expect(text.match(/DEFAULT=YES/g)).toHaveLength(1);
});

test('groups with different members, repeated names and an empty ladder are refused', () => {
  const group = { id: 'a', renditions: [anAudio()] };
  const refused: MasterPlaylistModel[] = [
    { video: [], audioGroups: [], subtitles: [] },
    { video: [aVideo()], audioGroups: [{ id: 'a', renditions: [] }], subtitles: [] },
    { video: [aVideo()], audioGroups: [group, { id: 'b', renditions: [anAudio({ name: 'Other' })] }], subtitles: [] },
    { video: [aVideo()], audioGroups: [{ id: 'a', renditions: [anAudio(), anAudio()] }], subtitles: [] },
    { video: [aVideo()], audioGroups: [], subtitles: [aSubtitle(), aSubtitle()] },
  ];
  for (const model of refused) expect(() => masterPlaylist(model)).toThrow(RangeError);
});
