import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeFilm, testProfile } from '#tests/helpers/encode-film.ts';
import { ffmpeg } from '#tests/helpers/media-tools.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

/*
 * Keyframes far apart and never where a chunk begins. In a transport stream FFmpeg's seek lands behind the keyframe that
 * is needed: without care the picture stands still from the start of a chunk to the next keyframe, at the right frame count.
 */
test.each(['mkv', 'mp4', 'ts', 'mpg'])(
  'no picture of a film in .%s stands still where a chunk begins',
  async (kind) => {
    const folder = await temporaryFolder();
    const film = join(folder, `film.${kind}`);
    const codec = kind === 'mpg' ? ['-c:v', 'mpeg2video', '-b:v', '800k'] : ['-c:v', 'libx264', '-preset', 'ultrafast'];
    const moving = "nullsrc=s=96x54:r=25:d=14,geq=lum='mod(X*3+Y+N*40,220)+16':cb=128:cr=128";
    await ffmpeg('-f', 'lavfi', '-i', moving, ...codec, '-bf', '2', '-g', '70', '-sc_threshold', '0', film);
    const made = await encodeFilm(film, folder, testProfile('hls-universal'));
    expect(made.findings).toEqual([]);
    const still = await ffmpeg(
      '-i',
      made.main,
      '-vf',
      'freezedetect=n=0.001:d=0.1,metadata=print:key=lavfi.freezedetect.freeze_start:file=-',
      '-f',
      'null',
      '-',
    );
    expect(still).toBe('');
  },
);
