import type { AttachmentFacts } from '#shared/model/facts.ts';
import type { ProbedStream } from './ffprobe-answer.ts';
import { nonEmpty } from './shared-stream-facts.ts';

/** A Matroska attachment; its name is what the file says, and never a path. */
export function readAttachment(stream: ProbedStream): AttachmentFacts {
  const fileName = nonEmpty(stream.tags.get('filename'));
  const mimeType = nonEmpty(stream.tags.get('mimetype'));
  return {
    index: stream.index,
    fileName,
    mimeType,
    kind: kindOf(mimeType, fileName),
    sizeBytes: stream.extradata_size,
  };
}

/** Fonts carry a dozen MIME types, `application/octet-stream` among them: either the type or the extension is enough. */
function kindOf(mimeType: string | null, fileName: string | null): AttachmentFacts['kind'] {
  const mime = mimeType?.toLowerCase() ?? '';
  if (/^font\/|^application\/(x-)?(truetype-font|font-.*|opentype-font)$|^application\/vnd\.ms-opentype$/.test(mime))
    return 'font';
  if (/\.(ttf|otf|ttc|otc|woff2?|pfb)$/i.test(fileName ?? '')) return 'font';
  if (mime.startsWith('image/') || /\.(jpe?g|png|webp|gif|bmp)$/i.test(fileName ?? '')) return 'picture';
  return 'other';
}
