import type { MediaFacts } from '#shared/model/facts.ts';
import type { EncodePlan, ThumbnailPlan } from '#shared/model/plan.ts';
import { ffmetadata } from '../package/ffmetadata.ts';
import { safeFileName } from '#shared/format/safe-name.ts';
import { isReadableText } from '../subtitle/image-subtitle.ts';
import { textFormatOf } from './extract-command.ts';
import { fileMuxCommand } from './file-mux-command.ts';
import { shellCommand } from './shell-quote.ts';
import { spriteCommand } from './sprite-command.ts';
import { concatList, tsMuxCommand } from './ts-mux-command.ts';
import { audioFile, chunkFile, extractedAttachment, extractedSubtitle, taskFolder } from './work-layout.ts';

/** What the files are called that the packager writes for FFmpeg, when a person does it by hand in one folder. */
const metadataFile = 'film.ffmeta';

/**
 * FFmpeg's share of packaging as shell lines, to be run where the encoding commands ran. Playlists, fMP4 segments, mended
 * subtitles and fonts are Encrew's own work and have no command.
 */
export function packageScript(plan: EncodePlan, facts: MediaFacts, sourcePath: string, ffmpegPath: string): string[] {
  const run = (args: string[]): string => shellCommand([ffmpegPath, ...args]);
  const lists = plan.video.map((rendition) => {
    const chunks = plan.tasks.flatMap(({ id, chunk, renditions }) =>
      chunk === null || !renditions.includes(rendition.id)
        ? []
        : [{ path: `${taskFolder(id, 'done')}/${chunkFile(rendition)}`, frames: chunk.frames }],
    );
    return { path: `${rendition.id}.ffconcat`, text: concatList(chunks, plan.grid.rate) };
  });
  const writeLists = lists.map(({ path, text }) => written(path, text));
  const paths = lists.map(({ path }) => path);
  const audio = plan.audio.map(({ id }) => `${taskFolder('audio', 'done')}/${audioFile(plan, id)}`);
  if (plan.container === 'hls') {
    const mux =
      plan.segmentType === 'mpegts'
        ? [...writeLists, run(tsMuxCommand(plan, { lists: paths, audio }))]
        : ['# fMP4 segments are written by Encrew itself'];
    return [...mux, ...(plan.thumbnails === null ? [] : spriteLines(plan.thumbnails, run))];
  }
  return [
    ...writeLists,
    written(
      metadataFile,
      ffmetadata({ tags: plan.title === null ? {} : { title: plan.title }, chapters: plan.chapters }),
    ),
    run(fileMuxCommand(plan, fileInputs(plan, facts, sourcePath, paths[0] ?? '', audio))),
  ];
}

function fileInputs(plan: EncodePlan, facts: MediaFacts, sourcePath: string, list: string, audio: string[]) {
  const staysInSource = (codec: string): boolean => !isReadableText(codec);
  const texts = plan.subtitles
    .filter(({ sourceCodec }) => !staysInSource(sourceCodec))
    .map((subtitle) => ({
      subtitle,
      path: `${taskFolder('extract', 'done')}/${extractedSubtitle(subtitle.streamIndex, textFormatOf(subtitle.sourceCodec))}`,
    }));
  const attachments = facts.attachments
    .filter(({ index }) => plan.container === 'mkv' && plan.attachments.includes(index))
    .map(({ index, fileName, mimeType }) => ({
      path: `${taskFolder('extract', 'done')}/${extractedAttachment(index)}`,
      fileName: safeFileName(fileName ?? `attachment ${index}`),
      mimeType: mimeType ?? 'application/octet-stream',
    }));
  const images = plan.subtitles.filter(({ sourceCodec }) => staysInSource(sourceCodec));
  return {
    list,
    audio,
    texts,
    images,
    sourcePath,
    sourceStartSec: facts.startSec ?? 0,
    attachments,
    metadata: metadataFile,
    output: `film.${plan.container}`,
  };
}

/** Tiles of all chunks in one folder, under the names that the sheet is made from; all names here are our own. */
function spriteLines(tiles: ThumbnailPlan, run: (args: string[]) => string): string[] {
  const rename = `for tile in video-*/tiles/*.jpg; do n=\${tile##*/}; cp "$tile" ${tiles.folder}/${tiles.folder}-"\${n#?}"; done`;
  return [shellCommand(['mkdir', '-p', tiles.folder]), rename, run(spriteCommand(tiles))];
}

function written(path: string, text: string): string {
  return `${shellCommand(['printf', '%s', text])} > ${shellCommand([path])}`;
}
