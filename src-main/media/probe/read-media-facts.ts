import type { ActiveArea, AudioFacts, MediaFacts, SubtitleFacts } from '#shared/model/facts.ts';
import type { Finding } from '#shared/model/finding.ts';
import { error } from '../check/finding-of.ts';
import { readAttachment } from './attachments.ts';
import { readChapters } from './chapters.ts';
import { containerAnswer, framesAnswer, type ProbedStream } from './ffprobe-answer.ts';
import type { FieldOrder } from './field-order.ts';
import { type PacketRead, streamEnd, withoutLeaps } from './packet-times.ts';
import { nonEmpty, positiveInteger, streamBase } from './shared-stream-facts.ts';
import { decodablePart, declaredSpan, truncatedAt } from './truncation.ts';
import { markUnflaggedCovers } from './unflagged-covers.ts';
import { readVideo } from './video-facts.ts';

/** Everything that was asked of one file. */
export type ProbeEvidence = {
  /** JSON of `-show_format -show_streams -show_chapters`. */
  container: unknown;
  /** JSON of `-show_frames` for the first pictures; `{}` when none could be decoded. */
  firstFrames: unknown;
  /** Picture packets from the beginning. */
  head: PacketRead;
  /** Picture packets from the middle, for long files. */
  elsewhere: readonly PacketRead[];
  /** All packets of the end. */
  tail: PacketRead;
  sizeBytes: number;
  /** FFmpeg complained of missing data at the end, or the size is no whole number of packets. */
  endsAbruptly: boolean;
  measured: { activeArea: ActiveArea | null; fieldOrder: ReadonlyMap<number, FieldOrder> };
};

/** What is in the file. Throws ZodError when the answer is none of ffprobe's. */
export function readMediaFacts(evidence: ProbeEvidence): MediaFacts {
  const container = containerAnswer.parse(evidence.container);
  const { frames } = framesAnswer.parse(evidence.firstFrames);
  const { head, elsewhere } = evidence;
  const tail = withoutLeaps(evidence.tail, declaredSpan(container).declaredEndSec);
  const facts: MediaFacts = {
    format: container.format.format_name,
    sizeBytes: evidence.sizeBytes,
    startSec: container.format.start_time,
    durationSec: positive(container.format.duration),
    bitrateBps: positive(container.format.bit_rate),
    title: nonEmpty(container.format.tags.get('title')),
    video: [],
    audio: [],
    subtitles: [],
    attachments: [],
    chapters: [],
    otherStreams: [],
    truncatedAtSec: null,
    activeArea: evidence.measured.activeArea,
    oddities: [],
  };
  for (const stream of container.streams) {
    const end = streamEnd(tail, stream.index, null);
    if (stream.codec_type === 'video') {
      const firstFrames = frames.filter((frame) => frame.stream_index === stream.index);
      const measuredFieldOrder = evidence.measured.fieldOrder.get(stream.index) ?? null;
      const read = readVideo({ stream, firstFrames, head, elsewhere, tail, measuredFieldOrder });
      if (read !== null) {
        facts.video.push(read.video);
        facts.oddities.push(...read.oddities);
        continue;
      }
    }
    if (stream.codec_type === 'audio') facts.audio.push(readAudio(stream, end));
    else if (stream.codec_type === 'subtitle') facts.subtitles.push(readSubtitle(stream, end));
    else if (stream.codec_type === 'attachment') facts.attachments.push(readAttachment(stream));
    else
      facts.otherStreams.push({ index: stream.index, kind: stream.codec_type ?? 'unknown', codec: stream.codec_name });
  }

  const covers = markUnflaggedCovers(facts.video, head);
  facts.video = covers.video;
  const ends = [...facts.video.filter((video) => !video.disposition.attachedPicture), ...facts.audio];
  const truncatedAtSec = truncatedAt(container, ends, evidence.endsAbruptly);
  const declaredEndSec = facts.durationSec === null ? null : (facts.startSec ?? 0) + facts.durationSec;
  const { chapters, oddities } = readChapters(container.chapters, { startSec: facts.startSec, endSec: declaredEndSec });
  return {
    ...facts,
    chapters,
    truncatedAtSec,
    oddities: [
      ...facts.oddities,
      ...covers.oddities,
      ...oddities,
      ...(truncatedAtSec === null ? [] : [truncated(truncatedAtSec, facts)]),
    ],
  };
}

function readAudio(stream: ProbedStream, endSec: number | null): AudioFacts {
  return {
    ...streamBase(stream),
    endSec,
    profile: stream.profile,
    channels: positiveInteger(stream.channels),
    channelLayout: stream.channel_layout,
    sampleRateHz: positiveInteger(stream.sample_rate),
    bitDepth: positiveInteger(stream.bits_per_raw_sample) ?? positiveInteger(stream.bits_per_sample),
  };
}

const textSubtitles = new Set(
  [
    'ass ssa subrip srt text mov_text webvtt ttml microdvd mpl2 subviewer subviewer1 sami realtext jacosub pjs stl vplayer',
    'hdmv_text_subtitle eia_608 arib_caption',
  ].flatMap((names) => names.split(' ')),
);
const imageSubtitles = new Set(['hdmv_pgs_subtitle', 'dvd_subtitle', 'dvb_subtitle', 'xsub']);

function readSubtitle(stream: ProbedStream, endSec: number | null): SubtitleFacts {
  const codec = stream.codec_name ?? '';
  const form = textSubtitles.has(codec) ? 'text' : imageSubtitles.has(codec) ? 'image' : null;
  const canvas =
    form === 'image'
      ? { width: positiveInteger(stream.width), height: positiveInteger(stream.height) }
      : { width: null, height: null };
  return { ...streamBase(stream), endSec, form, ...canvas };
}

function truncated(atSec: number, facts: MediaFacts): Finding {
  return error('truncated', null, `the file is cut off: ${decodablePart(atSec, facts.durationSec)} can be decoded`);
}

function positive(value: number | null): number | null {
  return value !== null && value > 0 ? value : null;
}
