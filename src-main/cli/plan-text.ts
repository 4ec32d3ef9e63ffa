import { fractionText } from '#shared/model/fraction.ts';
import type { MediaFacts } from '#shared/model/facts.ts';
import type { AudioRendition, EncodePlan, RatePlan, SubtitleRendition, VideoRendition } from '#shared/model/plan.ts';
import { bitrateText, bytesText, clockText } from '#shared/format/quantity.ts';
import type { EncoderChoice } from '#main/media/command/video-command.ts';
import { oneLine } from './one-line.ts';

/** A plan for people: what goes in, what comes out, and why it's not the same. Names from the file are made harmless. */
export function planText(facts: MediaFacts, plan: EncodePlan, choice: EncoderChoice): string {
  const sections = [
    section('Source', sourceRows(facts)),
    section(`Package ${oneLine(plan.name)}`, packageRows(plan, choice)),
    section(
      'Decisions',
      plan.decisions.map((d) => [d.action, d.subject, d.because, oneLine(d.detail)]),
    ),
    section(
      'Tasks',
      plan.tasks.map((task) => [
        task.id,
        task.resource,
        `weight ${task.weight}`,
        task.chunk === null
          ? ''
          : `frames ${task.chunk.startFrame} to ${task.chunk.startFrame + task.chunk.frames - 1}`,
        task.dependsOn.length === 0 ? '' : `after ${shortList(task.dependsOn)}`,
      ]),
    ),
  ];
  return sections.filter((text) => text !== '').join('\n');
}

function sourceRows(facts: MediaFacts): string[][] {
  const length = facts.durationSec === null ? 'length unknown' : clockText(facts.durationSec);
  const head = ['', facts.format, length, bytesText(facts.sizeBytes)];
  const video = facts.video.map((v) => [
    `stream ${v.index}`,
    v.disposition.attachedPicture ? 'cover' : 'video',
    v.codec ?? 'unknown',
    [
      `${v.width}x${v.height}`,
      v.frameRate === null ? 'rate unknown' : `${fractionText(v.frameRate)} fps`,
      v.bitDepth === null ? '' : `${v.bitDepth} bit`,
      v.dynamicRange === 'sdr' ? '' : v.dynamicRange.toUpperCase(),
    ],
  ]);
  const audio = facts.audio.map((a) => [
    `stream ${a.index}`,
    'audio',
    a.codec ?? 'unknown',
    [
      a.language ?? 'und',
      a.channels === null ? '' : `${a.channels} channels`,
      a.title === null ? '' : oneLine(a.title),
    ],
  ]);
  const subtitles = facts.subtitles.map((s) => [
    `stream ${s.index}`,
    'subtitle',
    s.codec ?? 'unknown',
    [s.language ?? 'und', s.title === null ? '' : oneLine(s.title)],
  ]);
  const streams = [...video, ...audio, ...subtitles].map((row) =>
    row.map((cell) => (Array.isArray(cell) ? cell.filter((word) => word !== '').join(', ') : cell)),
  );
  return [head, ...streams, ...facts.oddities.map((odd) => ['odd', odd.where ?? '', odd.code, oneLine(odd.message)])];
}

function packageRows(plan: EncodePlan, choice: EncoderChoice): string[][] {
  const segments = plan.container === 'hls' ? `${plan.segmentType} segments` : 'one file';
  return [
    ['', plan.container, segments, `${clockText(plan.durationSec)}, about ${bytesText(plan.estimatedBytes)} at most`],
    ...plan.video.map((rung) => videoRow(rung, choice)),
    ...plan.audio.map(audioRow),
    ...plan.subtitles.map(subtitleRow),
    ...(plan.thumbnails === null ? [] : [[plan.thumbnails.sheet, 'webp', `${plan.thumbnails.count} tiles`, '']]),
    ...(plan.chapters.length === 0 ? [] : [['chapters', '', `${plan.chapters.length}`, '']]),
    ...(plan.attachments.length === 0 ? [] : [['attachments', '', `${plan.attachments.length}`, '']]),
  ];
}

function videoRow(rung: VideoRendition, choice: EncoderChoice): string[] {
  const range =
    rung.dynamicRange === 'sdr' ? (rung.toneMapped ? 'SDR, tone-mapped' : 'SDR') : rung.dynamicRange.toUpperCase();
  return [rung.id, choice[rung.id] ?? rung.encoders.join(' or '), rateText(rung.rate), `${rung.pixelFormat}, ${range}`];
}

function rateText(rate: RatePlan): string {
  const parts = [
    rate.crf === null ? '' : `CRF ${rate.crf}`,
    rate.targetBps === null ? '' : `${bitrateText(rate.targetBps)} on average`,
    rate.peakBps === null ? '' : `at most ${bitrateText(rate.peakBps)}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function audioRow(track: AudioRendition): string[] {
  const how = track.encoder ?? 'copy';
  const rate = track.bitrateBps === null ? '' : bitrateText(track.bitrateBps);
  return [track.id, how, rate, `${track.name}${track.isDefault ? ', default' : ''}`];
}

function subtitleRow(track: SubtitleRendition): string[] {
  const how = track.mux ?? track.files.map((file) => file.format).join(' and ');
  return [track.id, how, '', `${track.name}${track.isDefault ? ', default' : ''}`];
}

function section(title: string, rows: readonly string[][]): string {
  if (rows.length === 0) return '';
  const widths = rows.reduce<number[]>((most, row) => row.map((cell, i) => Math.max(most[i] ?? 0, cell.length)), []);
  const lines = rows.map((row) =>
    `  ${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join('  ')}`.trimEnd(),
  );
  return `${[title, ...lines].join('\n')}\n`;
}

function shortList(ids: readonly string[]): string {
  return ids.length <= 3 ? ids.join(', ') : `${ids[0] ?? ''} to ${ids.at(-1) ?? ''} (${ids.length})`;
}
