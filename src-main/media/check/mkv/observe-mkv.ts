import { type EbmlElement, ebmlElements, ebmlFloat, ebmlText, ebmlUnsigned } from '../../bitstream/ebml.ts';
import type { ObservedMkv, ObservedMkvTrack } from './observed-mkv.ts';

/** IDs of RFC 9559 section 5. */
export const mkvId = {
  ebml: 0x1a45dfa3,
  segment: 0x18538067,
  info: 0x1549a966,
  tracks: 0x1654ae6b,
  cues: 0x1c53bb6b,
  chapters: 0x1043a770,
  attachments: 0x1941a469,
  cluster: 0x1f43b675,
} as const;

/** Bodies of the elements below Segment, as the walk read them; absent where the file has none. */
export type MkvParts = {
  fileName: string;
  sizeBytes: number;
  fault: string | null;
  /** By element ID; a second one of a kind is appended. */
  bodies: ReadonlyMap<number, Uint8Array>;
  clusters: number;
  /** Cluster timestamp in ticks of Info's timestamp scale. */
  lastClusterTicks: number | null;
};

/** Reads what the headers of a Matroska file say about it. */
export function observeMkv(parts: MkvParts, source: ObservedMkv['source']): ObservedMkv {
  const body = (id: number): Tree => treeOf(parts.bodies.get(id) ?? new Uint8Array());
  const info = body(mkvId.info);
  const tickSec = (unsigned(info, 0x2ad7b1) ?? 1_000_000) / 1e9;
  const durationTicks = info.children.find((element) => element.id === 0x4489);
  const duration = durationTicks === undefined ? null : ebmlFloat(info.bytes, durationTicks);
  return {
    fileName: parts.fileName,
    sizeBytes: parts.sizeBytes,
    docType: text(body(mkvId.ebml), 0x4282),
    fault: parts.fault,
    durationSec: duration === null || duration <= 0 ? null : duration * tickSec,
    tracks: inner(body(mkvId.tracks), 0xae).map(readTrack),
    cueTracks: parts.bodies.has(mkvId.cues) ? cueTracks(body(mkvId.cues)) : null,
    chapters: inner(body(mkvId.chapters), 0x45b9).flatMap((edition) =>
      inner(edition, 0xb6).filter(isShown).map(readChapter),
    ),
    attachments: inner(body(mkvId.attachments), 0x61a7).map(readAttachment),
    lastClusterSec: parts.lastClusterTicks === null ? null : parts.lastClusterTicks * tickSec,
    clusters: parts.clusters,
    source,
  };
}

function readTrack(entry: Tree): ObservedMkvTrack {
  const kinds = { 1: 'video', 2: 'audio', 17: 'subtitle' } as const;
  const type = unsigned(entry, 0x83);
  return {
    number: unsigned(entry, 0xd7) ?? 0,
    kind: type === 1 || type === 2 || type === 17 ? kinds[type] : 'other',
    codecId: text(entry, 0x86) ?? '',
    language: text(entry, 0x22b59d) ?? text(entry, 0x22b59c) ?? 'eng',
    name: text(entry, 0x536e),
    // FlagDefault is set where it is not written, RFC 9559 5.1.4.1.5.
    isDefault: (unsigned(entry, 0x88) ?? 1) === 1,
    isForced: (unsigned(entry, 0x55aa) ?? 0) === 1,
  };
}

function cueTracks(cues: Tree): ReadonlySet<number> {
  const points = inner(cues, 0xbb).flatMap((point) => inner(point, 0xb7));
  return new Set(points.flatMap((positions) => unsigned(positions, 0xf7) ?? []));
}

/** ChapterFlagHidden and ChapterFlagEnabled: what a player's menu leaves out, nobody misses. */
function isShown(atom: Tree): boolean {
  return (unsigned(atom, 0x98) ?? 0) === 0 && (unsigned(atom, 0x4598) ?? 1) === 1;
}

function readChapter(atom: Tree): ObservedMkv['chapters'][number] {
  const [display] = inner(atom, 0x80);
  return { startSec: (unsigned(atom, 0x91) ?? 0) / 1e9, title: display === undefined ? null : text(display, 0x85) };
}

function readAttachment(file: Tree): ObservedMkv['attachments'][number] {
  const data = file.children.find((element) => element.id === 0x465c);
  return {
    fileName: text(file, 0x466e) ?? '',
    mimeType: text(file, 0x4660) ?? '',
    head:
      data === undefined
        ? new Uint8Array()
        : file.bytes.subarray(data.bodyStart, Math.min(data.end, data.bodyStart + 4)),
  };
}

/** A master element with its children. */
type Tree = { bytes: Uint8Array; children: EbmlElement[] };

function treeOf(bytes: Uint8Array): Tree {
  return { bytes, children: ebmlElements(bytes) };
}

function inner(tree: Tree, id: number): Tree[] {
  return tree.children
    .filter((element) => element.id === id)
    .map((element) => treeOf(tree.bytes.subarray(element.bodyStart, element.end)));
}

function unsigned(tree: Tree, id: number): number | null {
  const element = tree.children.find((child) => child.id === id);
  return element === undefined ? null : ebmlUnsigned(tree.bytes, element);
}

function text(tree: Tree, id: number): string | null {
  const element = tree.children.find((child) => child.id === id);
  return element === undefined ? null : ebmlText(tree.bytes, element);
}
