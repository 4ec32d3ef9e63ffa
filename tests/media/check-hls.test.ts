import { cp, readFile, rename, rm, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkPackage } from '#main/stages/check/check-package.ts';
import { makeTsPackage } from '#tests/helpers/hls-package.ts';
import { newFolder, temporaryFolder } from '#tests/helpers/temporary-folder.ts';

let whole: string;
beforeAll(async () => {
  whole = await newFolder();
  await makeTsPackage(whole);
});
afterAll(() => rm(whole, { recursive: true, force: true }));

test('a package without a fault has no finding, and all of it was looked at', async () => {
  const { findings, kind, checked, streams } = await checkPackage(whole);
  expect(findings).toEqual([]);
  expect({ kind, playlists: checked.playlists, segments: checked.segments }).toEqual({
    kind: 'hls',
    playlists: 7,
    segments: 12,
  });
  expect(streams.map(({ id, kind: of, codec, durationSec }) => [id, of, codec, Math.round(durationSec ?? 0)])).toEqual([
    ['high', 'video', 'avc1.42C00C', 6],
    ['low', 'video', 'avc1.42C00B', 6],
    ['eng', 'audio', 'mp4a.40.2', 6],
    ['jpn', 'audio', 'mp4a.40.2', 6],
    ['eng', 'subtitle', 'wvtt', 6],
  ]);
});

type Break = (root: string) => Promise<void>;

/** Replaces text in a file of the package; what is not there to be replaced is a fault of the test. */
function edit(path: string, from: string | RegExp, to: string): Break {
  return async (root) => {
    const text = await readFile(join(root, path), 'utf8');
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`${path} has no ${from}`);
    await writeFile(join(root, path), changed);
  };
}

const master = 'film.m3u8';
const high = 'high/high.m3u8';

const breaks: Record<string, [Break, string[]]> = {
  // Syntax
  'no header': [edit(high, '#EXTM3U\n', ''), ['playlist-no-header']],
  'a byte order mark': [edit(high, '#EXTM3U', '\uFEFF#EXTM3U'), ['playlist-byte-order-mark']],
  'no end': [edit(high, '#EXT-X-ENDLIST\n', ''), ['playlist-not-ended']],
  'no target duration': [edit(high, /#EXT-X-TARGETDURATION.*\n/, ''), ['playlist-target-duration-missing']],
  'a target duration below a segment': [
    edit(high, /(#EXT-X-TARGETDURATION):.*/, '$1:1'),
    ['playlist-target-duration-exceeded', 'target-durations-differ'],
  ],
  'a version too low': [edit(high, /(#EXT-X-VERSION):.*/, '$1:2'), ['playlist-version-low']],
  'a byte range at version 3': [edit('high/iframes.m3u8', /(#EXT-X-VERSION):.*/, '$1:3'), ['playlist-version-low']],
  'a tag twice': [edit(high, /(#EXT-X-VERSION.*\n)/, '$1$1'), ['playlist-tag-repeated']],
  'a master tag in a media playlist': [
    edit(high, '#EXT-X-ENDLIST', '#EXT-X-SESSION-DATA:DATA-ID="a",VALUE="b"\n#EXT-X-ENDLIST'),
    ['playlist-tag-misplaced'],
  ],
  'EXTINF without a comma': [edit(high, /(#EXTINF:[\d.]+),/, '$1'), ['playlist-extinf-value']],
  'a segment without EXTINF': [
    edit(high, /#EXTINF:.*\n/, ''),
    ['playlist-extinf-missing', 'segment-boundaries-differ'],
  ],
  'an unquoted GROUP-ID': [edit(master, 'GROUP-ID="audio_aac"', 'GROUP-ID=audio_aac'), ['playlist-attribute-value']],
  'a quoted TYPE': [edit(master, 'TYPE=AUDIO', 'TYPE="AUDIO"'), ['playlist-attribute-value']],
  'white space after a comma': [edit(master, 'TYPE=AUDIO,', 'TYPE=AUDIO, '), ['playlist-attribute-syntax']],
  'no BANDWIDTH': [edit(master, /:BANDWIDTH=\d+,AVERAGE/, ':AVERAGE'), ['playlist-attribute-missing']],
  'an attribute twice': [
    edit(master, ',VIDEO-RANGE=SDR', ',VIDEO-RANGE=SDR,VIDEO-RANGE=SDR'),
    ['playlist-attribute-repeated'],
  ],
  'a variant without a URI': [edit(master, '\nlow/low.m3u8', ''), ['playlist-uri-missing', 'file-unreferenced']],

  // References
  'a missing segment': [(root) => unlink(join(root, 'high/s001.ts')), ['file-missing']],
  'an empty segment': [(root) => truncate(join(root, 'high/s001.ts')), ['file-empty']],
  'a missing playlist': [(root) => unlink(join(root, 'jpn/jpn.m3u8')), ['file-missing', 'file-unreferenced']],
  'an absolute path': [edit(high, 's001.ts', '/etc/hostname'), ['uri-absolute-path']],
  'a whole URL': [edit(high, 's001.ts', 'http://127.0.0.1:1/s001.ts'), ['uri-url']],
  'a way out of the package': [edit(high, 's001.ts', '../../s001.ts'), ['uri-outside-package']],
  'a hidden way out of the package': [edit(high, 's001.ts', '%2e%2e%2f..%2fs001.ts'), ['uri-outside-package']],
  'a link out of the package': [
    async (root) => {
      await unlink(join(root, 'high/s001.ts'));
      await symlink('/etc/hostname', join(root, 'high/s001.ts'));
    },
    ['file-leaves-package'],
  ],
  'a space in a URI': [
    async (root) => {
      await edit(high, 's001.ts', 's 001.ts')(root);
      await edit('high/iframes.m3u8', 's001.ts', 's%20001.ts')(root);
      await rename(join(root, 'high/s001.ts'), join(root, 'high/s 001.ts'));
    },
    ['uri-not-encoded'],
  ],
  'a byte range beyond its file': [
    edit('high/iframes.m3u8', /BYTERANGE:\d+@/, 'BYTERANGE:99999999@'),
    ['byterange-beyond-file', 'bandwidth-low', 'average-bandwidth-low'],
  ],
  'a bare .vtt as a rendition': [
    edit(master, 'subtitles/eng.m3u8', 'subtitles/eng0.vtt'),
    ['subtitle-without-playlist', 'file-unreferenced'],
  ],

  // Groups
  'a group that is not there': [edit(master, /AUDIO="audio_aac"/g, 'AUDIO="audio_ac3"'), ['group-missing']],
  'groups with different members': [
    edit(master, /(#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=)"audio_aac"(.*jpn.m3u8")/, '$1"other"$2'),
    ['group-members-differ', 'group-default-missing'],
  ],
  'two defaults': [edit(master, /DEFAULT=NO,(AUTOSELECT=YES,CHANNELS)/, 'DEFAULT=YES,$1'), ['group-default-repeated']],
  'no default': [edit(master, 'DEFAULT=YES', 'DEFAULT=NO'), ['group-default-missing']],
  'the same NAME twice': [edit(master, 'NAME="Japanese"', 'NAME="English"'), ['group-name-repeated']],
  'a default that must not be chosen': [
    edit(master, 'DEFAULT=YES,AUTOSELECT=YES', 'DEFAULT=YES,AUTOSELECT=NO'),
    ['default-not-autoselect'],
  ],
  'FORCED on sound': [edit(master, 'TYPE=AUDIO,', 'TYPE=AUDIO,FORCED=NO,'), ['forced-not-subtitle']],
  'no CHANNELS': [edit(master, ',CHANNELS="1"', ''), ['channels-missing']],
  'a language of three letters': [edit(master, 'LANGUAGE="ja"', 'LANGUAGE="jpn"'), ['language-not-bcp47']],
  'no language at all': [edit(master, 'LANGUAGE="ja"', 'LANGUAGE="not a tag"'), ['language-not-bcp47']],
  'captions on one variant only': [edit(master, ',CLOSED-CAPTIONS=NONE', ''), ['closed-captions-differ']],

  // What the streams are
  'another codec': [edit(master, /avc1\.42C00C,/, 'avc1.64001F,'), ['codecs-mismatch']],
  'a codec too many': [edit(master, 'mp4a.40.2"', 'mp4a.40.2,ec-3"'), ['codecs-mismatch']],
  'no codecs': [edit(master, /CODECS="[^"]*",/, ''), ['codecs-missing']],
  'another size': [edit(master, /RESOLUTION=320x180(,FRAME)/, 'RESOLUTION=640x360$1'), ['resolution-mismatch']],
  'another frame rate': [edit(master, 'FRAME-RATE=25.000', 'FRAME-RATE=23.976'), ['frame-rate-mismatch']],
  'no frame rate': [edit(master, 'FRAME-RATE=25.000,', ''), ['frame-rate-missing']],
  'HDR that is none': [edit(master, /(FRAME-RATE=25.000,VIDEO-RANGE)=SDR/, '$1=PQ'), ['video-range-mismatch']],
  'other channels': [edit(master, 'CHANNELS="1"', 'CHANNELS="6"'), ['channels-mismatch']],
  'a bandwidth too low': [edit(master, /:BANDWIDTH=\d+/, ':BANDWIDTH=1000'), ['bandwidth-low']],
  'a bandwidth too high': [edit(master, /:BANDWIDTH=\d+/, ':BANDWIDTH=99000000'), ['bandwidth-high']],
  'an average too low': [edit(master, /AVERAGE-BANDWIDTH=\d+/, 'AVERAGE-BANDWIDTH=1000'), ['average-bandwidth-low']],

  // Time
  'a rendition that ends early': [
    edit('jpn/jpn.m3u8', /#EXTINF:[\d.]+,\ns002.ts\n/g, ''),
    ['duration-differs', 'file-unreferenced'],
  ],
  'a segment left out': [
    edit(high, /#EXTINF:[\d.]+,\ns001.ts\n/, ''),
    ['duration-differs', 'segment-boundaries-differ', 'timestamp-gap'],
  ],
  'segments in the wrong order': [
    async (root) => {
      await edit('low/low.m3u8', 's001.ts', 'x')(root);
      await edit('low/low.m3u8', 's002.ts', 's001.ts')(root);
      await edit('low/low.m3u8', '\nx\n', '\ns002.ts\n')(root);
    },
    ['timestamp-gap', 'timestamp-jump'],
  ],
  'an EXTINF that is a bit off': [
    edit('low/low.m3u8', '#EXTINF:2.000000', '#EXTINF:2.100000'),
    ['segment-boundaries-differ', 'extinf-inaccurate'],
  ],
  'a last EXTINF that is off': [
    edit('jpn/jpn.m3u8', /#EXTINF:[\d.]+(,\n.*\n#EXT-X-ENDLIST)/, '#EXTINF:2.300000$1'),
    ['last-segment-duration'],
  ],
  'a last segment of padding': [
    edit('jpn/jpn.m3u8', '#EXT-X-ENDLIST', '#EXTINF:0.021000,\ns002.ts\n#EXT-X-ENDLIST'),
    ['last-segment-tiny', 'last-segment-duration', 'timestamp-gap', 'bandwidth-low'],
  ],
  'another target duration': [edit('low/low.m3u8', /(#EXT-X-TARGETDURATION):.*/, '$1:3'), ['target-durations-differ']],

  // Content
  'a damaged segment': [
    (root) => writeFile(join(root, 'low/s000.ts'), 'no media'.repeat(4000)),
    ['segment-format-unknown'],
  ],
  'a segment cut inside a packet': [
    async (root) => truncate(join(root, 'low/s002.ts'), 188 * 60 + 20),
    ['segment-damaged', 'last-segment-duration', 'average-bandwidth-high'],
  ],
  'lost packets': [
    async (root) => {
      const bytes = await readFile(join(root, 'low/s000.ts'));
      await writeFile(
        join(root, 'low/s000.ts'),
        Buffer.concat([bytes.subarray(0, 188 * 40), bytes.subarray(188 * 41)]),
      );
    },
    ['ts-packets-lost'],
  ],

  // Subtitles and side files
  'a comma in a cue': [edit('subtitles/eng0.vtt', '00:00:00.500', '00:00:00,500'), ['webvtt-syntax']],
  'a copied timestamp map': [edit('subtitles/eng0.vtt', /MPEGTS:\d+/, 'MPEGTS:900000'), ['timestamp-map-mismatch']],
  'no timestamp map': [edit('subtitles/eng1.vtt', /X-TIMESTAMP-MAP.*\n/, ''), ['timestamp-map-mismatch']],
  'a cue relative to its segment': [
    edit('subtitles/eng1.vtt', '00:00:04.000 --> 00:00:05.500', '00:00:01.000 --> 00:00:02.500'),
    ['webvtt-syntax', 'cue-outside-segment'],
  ],
  'a cue that is not repeated': [edit('subtitles/eng1.vtt', /00:00:02.500.*\nOver there\n/, ''), ['cue-not-repeated']],
  'subtitles that end early': [edit('subtitles/eng.m3u8', /#EXTINF:3.000000,\neng1.vtt\n/, ''), ['duration-differs']],
  'an I-frame range that is none': [
    edit('high/iframes.m3u8', /BYTERANGE:(\d+)@\d+/, 'BYTERANGE:$1@18800'),
    ['i-frame-not-keyframe'],
  ],
  'I-frames without the tag': [edit('high/iframes.m3u8', '#EXT-X-I-FRAMES-ONLY\n', ''), ['i-frames-only-missing']],
  'a tile outside its sheet': [edit('thumbs_64x36.vtt', '64,0,64,36', '96,0,64,36'), ['thumbnail-outside-sheet']],
  'a sheet that is not there': [(root) => unlink(join(root, 'thumbs_64x36.webp')), ['thumbnail-sheet-missing']],
  'tiles that end early': [edit('thumbs_64x36.vtt', /\n00:00:04[\s\S]*/, ''), ['thumbnail-coverage']],
  'a chapter after the end': [
    edit('chapters.vtt', '00:00:03.000 --> 00:00:06.000', '00:00:07.000 --> 00:00:08.000'),
    ['chapter-beyond-end'],
  ],
  'fonts without a manifest': [
    async (root) => {
      await cp(new URL('.', import.meta.url), join(root, 'fonts'), {
        recursive: true,
        filter: (path) => !path.endsWith('.ts'),
      });
      await writeFile(join(root, 'fonts', 'a.ttf'), '\0\u0001\0\0');
    },
    ['fonts-manifest-missing'],
  ],
  'a font that is none': [
    async (root) => {
      await cp(new URL('.', import.meta.url), join(root, 'fonts'), {
        recursive: true,
        filter: (path) => !path.endsWith('.ts'),
      });
      await writeFile(join(root, 'fonts', 'a.ttf'), 'text');
      await writeFile(join(root, 'fonts.json'), '[{"file":"fonts/a.ttf","mimeType":"application/x-font-truetype"}]');
    },
    ['font-damaged'],
  ],
  'a forgotten file': [(root) => writeFile(join(root, 'high/s003.ts.tmp'), ''), ['file-temporary']],
};

describe.each(Object.entries(breaks))('%s', (_name, [spoil, codes]) => {
  test(`is told as ${codes.join(' and ')}`, async () => {
    const root = await temporaryFolder();
    await cp(whole, root, { recursive: true });
    await spoil(root);
    const { findings } = await checkPackage(root);
    expect([...new Set(findings.map((finding) => finding.code))].sort()).toEqual([...codes].sort());
  });
});
