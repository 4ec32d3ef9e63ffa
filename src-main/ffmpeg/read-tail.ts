import { type ContainerAnswer } from '#main/media/probe/ffprobe-answer.ts';
import { type PacketRead, shownPackets } from '#main/media/probe/packet-times.ts';
import { declaredSpan } from '#main/media/probe/truncation.ts';
import { type ProbeDeps, readPackets } from './ffprobe-reads.ts';

/** How far before the end to begin, seconds: most files end with all their streams, some stop their sound minutes before. */
const tailSec = [4, 40, 240];
/** Close enough to the end of the data of a cut file to read the rest. */
const bisectUntilSec = 4;

export type Tail = PacketRead & { stderr: readonly string[] };

/**
 * The packets at the end of each picture and sound stream. In a file that is cut off nothing is found where the end should
 * be: the end of the data is then searched for by halving, which takes a dozen short reads instead of one of the whole file.
 */
export async function readTail(
  path: string,
  container: ContainerAnswer,
  deps: ProbeDeps,
  signal: AbortSignal,
): Promise<Tail> {
  const { startSec, declaredEndSec } = declaredSpan(container);
  // MPEG-TS can seek past its first pictures: what begins near the start is read from the start.
  const from = (wantedSec: number) => {
    const fromSec = wantedSec > startSec ? wantedSec : null;
    return readPackets(path, { fromSec, packets: null, streams: null }, deps, signal);
  };
  if (declaredEndSec === null) return from(startSec);

  const wanted = container.streams
    .filter(
      ({ codec_type, disposition }) =>
        (codec_type === 'video' || codec_type === 'audio') && disposition['attached_pic'] !== 1,
    )
    .map((stream) => stream.index);
  const holdsAll = (tail: Tail) => wanted.every((index) => shownPackets(tail, index).length > 0);
  const holdsAny = (tail: Tail) => wanted.some((index) => shownPackets(tail, index).length > 0);
  let tail = await from(declaredEndSec - (tailSec[0] ?? 0));
  if (!holdsAny(tail)) {
    const lastSec = await lastReadableSec(path, startSec, declaredEndSec, deps, signal);
    const late = await from(lastSec);
    tail = { ...late, stderr: [...tail.stderr, ...late.stderr] };
  }
  for (const seconds of tailSec.slice(1)) {
    if (holdsAll(tail) || declaredEndSec - seconds * 0.5 < startSec) return tail;
    const longer = await from(declaredEndSec - seconds);
    if (longer.packets.length > tail.packets.length) tail = longer;
  }
  return tail;
}

async function lastReadableSec(
  path: string,
  startSec: number,
  endSec: number,
  deps: ProbeDeps,
  signal: AbortSignal,
): Promise<number> {
  let [readable, unreadable] = [startSec, endSec];
  while (unreadable - readable > bisectUntilSec) {
    const middle = (readable + unreadable) / 2;
    const { packets } = await readPackets(path, { fromSec: middle, packets: 1, streams: null }, deps, signal);
    if (packets.length > 0) readable = middle;
    else unreadable = middle;
  }
  return readable;
}
