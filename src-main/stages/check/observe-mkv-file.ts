import { ebmlElements, ebmlUnsigned, longestEbmlHeaderBytes, readEbmlHeader } from '#main/media/bitstream/ebml.ts';
import { type MkvParts, mkvId } from '#main/media/check/mkv/observe-mkv.ts';
import type { PackageFile } from './package-files.ts';
import { type OpenRange, withRange } from './read-bytes.ts';

/** Fonts of an anime can have 200 MB; a header element above this is damage. */
const largestBodyBytes = 512 * 2 ** 20;
/** A film of three hours with a cluster a second has a fifth of this. */
const mostElements = 50_000;
const clusterHeadBytes = 64;

/** Elements whose bodies are read; of a cluster only its timestamp, of the rest nothing. */
const wanted: ReadonlySet<number> = new Set([
  mkvId.ebml,
  mkvId.info,
  mkvId.tracks,
  mkvId.cues,
  mkvId.chapters,
  mkvId.attachments,
]);

/** Walks a Matroska file from element to element. */
export async function readMkvParts(file: PackageFile): Promise<MkvParts> {
  return withRange(file, null, async (opened) => {
    const bodies = new Map<number, Uint8Array>();
    let clusters = 0;
    let lastClusterTicks: number | null = null;
    let fault: string | null = null;
    let at = 0;
    for (let count = 0; at < opened.sizeBytes && count < mostElements; count += 1) {
      const header = readEbmlHeader(await opened.read(at, longestEbmlHeaderBytes));
      if (!header.ok) {
        fault = `at byte ${at}: ${header.fault.detail}`;
        break;
      }
      const { id, headerBytes, bodyBytes } = header.value;
      const bodyStart = at + headerBytes;
      const end = bodyBytes === null ? opened.sizeBytes : bodyStart + bodyBytes;
      if (end > opened.sizeBytes) fault ??= `the file ends ${end - opened.sizeBytes} bytes too early`;
      if (id === mkvId.segment) {
        at = bodyStart;
        continue;
      }
      if (id === mkvId.cluster) {
        clusters += 1;
        lastClusterTicks = (await clusterTicks(opened, bodyStart)) ?? lastClusterTicks;
      } else if (wanted.has(id) && bodyBytes !== null && bodyBytes <= largestBodyBytes && end <= opened.sizeBytes) {
        const before = bodies.get(id) ?? new Uint8Array();
        bodies.set(id, new Uint8Array(Buffer.concat([before, await opened.read(bodyStart, bodyBytes)])));
      }
      at = end;
    }
    return { fileName: file.path, sizeBytes: opened.sizeBytes, fault, bodies, clusters, lastClusterTicks };
  });
}

/** Timestamp (0xE7) comes first in a cluster, after a CRC at most: RFC 9559 5.1.3. */
async function clusterTicks(opened: OpenRange, bodyStart: number): Promise<number | null> {
  const head = await opened.read(bodyStart, clusterHeadBytes);
  const timestamp = ebmlElements(head).find((element) => element.id === 0xe7);
  return timestamp === undefined ? null : ebmlUnsigned(head, timestamp);
}
