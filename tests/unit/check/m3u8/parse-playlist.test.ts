import { expect, test } from 'vitest';
import { parsePlaylist } from '#main/media/check/m3u8/parse-playlist.ts';

function faultsOf(...lines: string[]): string[] {
  return parsePlaylist(['#EXTM3U', ...lines].join('\n')).faults.map(({ line, code }) => `${line} ${code}`);
}

const media = ['#EXT-X-VERSION:6', '#EXT-X-TARGETDURATION:6', '#EXT-X-ENDLIST'];
const segment = ['#EXTINF:6,', 'a.ts'];

test('a media playlist is read whole', () => {
  const playlist = parsePlaylist(
    [
      '#EXTM3U',
      '#EXT-X-VERSION:6',
      '#EXT-X-TARGETDURATION:6',
      '#EXT-X-PLAYLIST-TYPE:VOD',
      '# a comment',
      '#EXT-X-MAP:URI="i.mp4",BYTERANGE="700@0"',
      '#EXTINF:6.006,a title',
      '#EXT-X-BYTERANGE:100@700',
      'v.mp4',
      '#EXT-X-DISCONTINUITY',
      '#EXTINF:4,',
      '#EXT-X-BYTERANGE:50',
      'v.mp4',
      '#EXT-X-ENDLIST',
    ].join('\r\n'),
  );
  const map = { line: 6, uri: 'i.mp4', range: { lengthBytes: 700, offsetBytes: 0 } };
  const plain = { map, encrypted: false, gap: false };
  expect(playlist).toEqual({
    kind: 'media',
    version: 6,
    independentSegments: false,
    targetDurationSec: 6,
    playlistType: 'VOD',
    iFramesOnly: false,
    ended: true,
    segments: [
      {
        ...plain,
        line: 9,
        uri: 'v.mp4',
        durationSec: 6.006,
        range: { lengthBytes: 100, offsetBytes: 700 },
        discontinuity: false,
      },
      {
        ...plain,
        line: 13,
        uri: 'v.mp4',
        durationSec: 4,
        range: { lengthBytes: 50, offsetBytes: 800 },
        discontinuity: true,
      },
    ],
    faults: [],
  });
});

test('a comma inside quotes ends nothing', () => {
  const playlist = parsePlaylist(
    '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="avc1.42C00C,mp4a.40.2",NAME="a=b,c"\nv.m3u8\n',
  );
  expect(playlist.faults).toEqual([]);
  expect(playlist.kind === 'master' && [...(playlist.variants[0]?.attributes ?? [])]).toEqual([
    ['BANDWIDTH', { text: '1', isQuoted: false }],
    ['CODECS', { text: 'avc1.42C00C,mp4a.40.2', isQuoted: true }],
    ['NAME', { text: 'a=b,c', isQuoted: true }],
  ]);
});

test.each<[string, string[], string[]]>([
  ['nothing wrong', [...media, ...segment], []],
  ['an unknown tag', [...media, ...segment, '#EXT-X-FUTURE:1'], ['7 playlist-unknown-tag']],
  [
    'a name that every object has',
    [...media, ...segment, '#EXT', '#EXTconstructor'],
    ['7 playlist-unknown-tag', '8 playlist-unknown-tag'],
  ],
  [
    'a value where none belongs',
    [...media, ...segment, '#EXT-X-DISCONTINUITY:1', ...segment],
    ['7 playlist-tag-value'],
  ],
  ['a version that is no number', ['#EXT-X-VERSION:six', ...media.slice(1), ...segment], ['2 playlist-tag-value']],
  ['a type that is none', [...media, '#EXT-X-PLAYLIST-TYPE:LIVE', ...segment], ['1 playlist-tag-value']],
  ['a negative duration', [...media, '#EXTINF:-1,', 'a.ts'], ['5 playlist-extinf-value']],
  ['EXTINF at the end', [...media, ...segment, '#EXTINF:6,'], ['7 playlist-uri-missing']],
  ['two EXTINF in a row', [...media, '#EXTINF:6,', ...segment], ['5 playlist-uri-missing']],
  [
    'a byte range without a start',
    [...media, '#EXTINF:6,', '#EXT-X-BYTERANGE:9', 'a.ts'],
    ['7 playlist-byterange-value'],
  ],
  [
    'a byte range that is none',
    [...media, '#EXTINF:6,', '#EXT-X-BYTERANGE:all', 'a.ts'],
    ['7 playlist-byterange-value'],
  ],
  ['white space around a URI', [...media, '#EXTINF:6,', ' a.ts'], ['6 playlist-white-space']],
  ['a control character', [...media, '#EXTINF:6,\u0007', 'a.ts'], ['5 playlist-control-character']],
  ['an unclosed quote', [...media, '#EXT-X-MAP:URI="a', ...segment], ['5 playlist-attribute-syntax']],
  ['text after a quote', [...media, '#EXT-X-MAP:URI="a"b', ...segment], ['5 playlist-attribute-syntax']],
  ['a comma at the end', [...media, '#EXT-X-MAP:URI="a",', ...segment], ['5 playlist-attribute-syntax']],
  ['a map without a URI', [...media, '#EXT-X-MAP:BYTERANGE="1@0"', ...segment], ['5 playlist-attribute-missing']],
  [
    'a map at version 5',
    ['#EXT-X-VERSION:5', ...media.slice(1), '#EXT-X-MAP:URI="a"', ...segment],
    ['5 playlist-version-low'],
  ],
  [
    'a key with an IV at version 1',
    [...media.slice(1), '#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x1F', ...segment],
    ['4 playlist-version-low'],
  ],
  [
    'an IV that is no hex',
    [...media, '#EXT-X-KEY:METHOD=AES-128,URI="k",IV=1F', ...segment],
    ['5 playlist-attribute-value'],
  ],
  ['no segments', media, ['1 playlist-empty']],
  ['nothing at all', [], ['1 playlist-target-duration-missing', '1 playlist-not-ended', '1 playlist-empty']],
])('%s', (_name, lines, faults) => {
  expect(faultsOf(...lines)).toEqual(faults);
});

test.each<[string, string[], string[]]>([
  ['a URI from nowhere', ['#EXT-X-STREAM-INF:BANDWIDTH=1', 'a', 'b'], ['4 playlist-uri-unexpected']],
  [
    'a tag between a variant and its URI',
    ['#EXT-X-STREAM-INF:BANDWIDTH=1', '#EXT-X-START:TIME-OFFSET=0', 'a'],
    ['2 playlist-uri-missing', '4 playlist-uri-unexpected'],
  ],
  [
    'a rendition without a type',
    ['#EXT-X-MEDIA:GROUP-ID="a",NAME="b"', '#EXT-X-STREAM-INF:BANDWIDTH=1', 'a'],
    ['2 playlist-attribute-missing'],
  ],
  [
    'a resolution without a height',
    ['#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=320', 'a'],
    ['2 playlist-attribute-value'],
  ],
  [
    'captions that are NONE, quoted',
    ['#EXT-X-STREAM-INF:BANDWIDTH=1,CLOSED-CAPTIONS="NONE"', 'a'],
    ['2 playlist-attribute-value'],
  ],
  [
    'a segment tag',
    ['#EXT-X-STREAM-INF:BANDWIDTH=1', 'a', '#EXT-X-STREAM-INF:BANDWIDTH=1', 'b', '#EXT-X-ENDLIST'],
    ['6 playlist-tag-misplaced'],
  ],
])('in a master playlist: %s', (_name, lines, faults) => {
  expect(faultsOf(...lines)).toEqual(faults);
});

test('whatever the bytes, the parser answers', () => {
  const seeds = [
    '#EXTM3U',
    '#EXTINF:',
    '#EXT-X-MAP:',
    'URI="',
    '=,=',
    '\n',
    '\r',
    '#EXT-X-BYTERANGE:1',
    'a',
    '#EXT-X-STREAM-INF:',
  ];
  let state = 7;
  for (let round = 0; round < 500; round += 1) {
    let text = '';
    for (let i = 0; i < 20; i += 1) {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      text += seeds[state % seeds.length] ?? '';
    }
    expect(parsePlaylist(text).faults.every((fault) => fault.line >= 1)).toBe(true);
  }
});
