import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ffmpeg } from './media-tools.ts';
import { tinyFont } from './tiny-font.ts';

const styled = `[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Tiny Sans,20,&H00FFFFFF,&H000000FF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,2,0,2,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\i1}ab
`;

/**
 * Five seconds of 160x90 at 24000/1001, with English and German sound, English SubRip, Japanese ASS with the font that it
 * is drawn with, and two chapters.
 */
export async function makeTwoLanguageFilm(folder: string): Promise<string> {
  const path = join(folder, 'two languages.mkv');
  const srt = join(folder, 'plain.srt');
  const ass = join(folder, 'styled.ass');
  const font = join(folder, 'Tiny Sans.ttf');
  const chapters = join(folder, 'chapters.ffmeta');
  await writeFile(
    srt,
    '1\n00:00:01,500 --> 00:00:02,500\nOver the seam\n\n2\n00:00:04,000 --> 00:00:06,500\nToo long\n',
  );
  await writeFile(ass, styled);
  await writeFile(font, tinyFont({ families: { 0x409: 'Tiny Sans' }, subfamily: 'Regular', characters: 'ab ' }));
  await writeFile(
    chapters,
    ';FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2000\ntitle=One\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=2000\nEND=5000\ntitle=Two\n',
  );
  await ffmpeg(
    ...['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=24000/1001:d=5', '-f', 'lavfi', '-i', 'sine=f=440:r=48000:d=5'],
    ...['-i', srt, '-i', ass, '-i', chapters],
    ...['-map', '0:v', '-map', '1:a', '-map', '1:a', '-map', '2:s', '-map', '3:s', '-map_chapters', '4'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'flac', '-c:s', 'copy'],
    ...['-metadata:s:a:0', 'language=eng', '-metadata:s:a:1', 'language=ger'],
    ...['-metadata:s:s:0', 'language=eng', '-metadata:s:s:1', 'language=jpn'],
    ...['-disposition:s', '0', '-disposition:a:0', 'default', '-disposition:a:1', '0'],
    ...['-attach', font, '-metadata:s:t:0', 'mimetype=application/x-truetype-font'],
    ...['-metadata:s:t:0', 'filename=../Tiny Sans.ttf', '-default_mode', 'passthrough', path],
  );
  return path;
}
