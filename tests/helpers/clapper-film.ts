import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ffmpeg } from './media-tools.ts';
import { sampleMedia } from './sample-media.ts';

/** Frames between two claps: a white picture, and a click at its very start. */
const clapEveryFrames = 48;
const firstClapFrame = 24;
const seconds = 14;

/** When the claps of a film with this frame rate are, seconds after its first picture. */
export function clapTimes(rate: { num: number; den: number }): number[] {
  const frames = Math.floor((seconds * rate.num) / rate.den);
  const claps: number[] = [];
  for (let frame = firstClapFrame; frame < frames; frame += clapEveryFrames) claps.push((frame * rate.den) / rate.num);
  return claps;
}

/** The one cue of the film that its timing is judged by, seconds. */
export const longCue = { startSec: 5.5, endSec: 8.25, text: 'Over the seam' };

/**
 * Fourteen seconds of 320x180 with claps, sound in English and German, English subtitles (full, forced, SDH), Japanese
 * ASS with a font (attached twice) and two chapters, as Matroska with B-frames.
 */
export async function makeClapperFilm(folder: string, rate: { num: number; den: number }): Promise<string> {
  const srt = join(folder, 'plain.srt');
  const ass = join(folder, 'styled.ass');
  const chapters = join(folder, 'chapters.ffmeta');
  await writeFile(
    srt,
    `1\n00:00:01,000 --> 00:00:02,000\nFirst\n\n2\n00:00:05,500 --> 00:00:08,250\n${longCue.text}\n\n3\n00:00:12,000 --> 00:00:13,000\nLast\n`,
  );
  await writeFile(
    ass,
    `[Script Info]
ScriptType: v4.00+
PlayResX: 320
PlayResY: 180

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Cabin Condensed,20,&H00FFFFFF,&H000000FF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,2,0,2,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:05.50,0:00:08.25,Default,,0,0,0,,{\\i1}${longCue.text}
`,
  );
  await writeFile(
    chapters,
    ';FFMETADATA1\ntitle=Clapper\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=7000\ntitle=One\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=7000\nEND=14000\ntitle=Two\n',
  );
  const font = sampleMedia('CabinCondensed-Regular.ttf');
  const path = join(folder, 'clapper.mkv');
  const fps = `${rate.num}/${rate.den}`;
  const period = `${clapEveryFrames * rate.den}/${rate.num}`;
  const first = `${firstClapFrame * rate.den}/${rate.num}`;
  const click = `if(gte(t,${first}),if(lt(mod(t-${first}+1e-6,${period}),0.04),0.9*sin(2*PI*1000*t),0),0)`;
  const flash = `drawbox=w=iw:h=ih:c=white:t=fill:enable='eq(mod(n,${clapEveryFrames}),${firstClapFrame})'`;
  await ffmpeg(
    ...['-f', 'lavfi', '-i', `testsrc2=s=320x180:r=${fps}:d=${seconds},${flash}`],
    ...['-f', 'lavfi', '-i', `aevalsrc='${click}':s=48000:d=${seconds},pan=stereo|c0=c0|c1=c0`],
    ...['-i', srt, '-i', ass, '-i', chapters],
    ...['-map', '0:v', '-map', '1:a', '-map', '1:a', '-map', '2:s', '-map', '2:s', '-map', '2:s', '-map', '3:s'],
    ...['-map_metadata', '4', '-map_chapters', '4'],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-c:a', 'flac', '-c:s', 'copy'],
    ...['-metadata:s:a:0', 'language=eng', '-metadata:s:a:1', 'language=ger'],
    ...['-metadata:s:s:0', 'language=eng', '-metadata:s:s:1', 'language=eng', '-metadata:s:s:2', 'language=eng'],
    ...['-metadata:s:s:3', 'language=jpn', '-metadata:s:s:0', 'title=Plain'],
    ...['-disposition:s:0', '0', '-disposition:s:1', 'forced', '-disposition:s:2', 'hearing_impaired'],
    ...['-disposition:s:3', '0', '-disposition:a:0', 'default', '-disposition:a:1', '0'],
    ...[
      '-attach',
      font,
      '-metadata:s:t:0',
      'mimetype=application/octet-stream',
      '-metadata:s:t:0',
      'filename=Cabin.ttf',
    ],
    ...[
      '-attach',
      font,
      '-metadata:s:t:1',
      'mimetype=application/x-truetype-font',
      '-metadata:s:t:1',
      'filename=again.ttf',
    ],
    ...['-default_mode', 'passthrough', path],
  );
  return path;
}
