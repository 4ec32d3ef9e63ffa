import type { ColorFacts, ContentLight, DolbyVision, DynamicRange, MasteringDisplay } from '#shared/model/facts.ts';
import type { ProbedFrame, ProbedStream, SideData } from './ffprobe-answer.ts';

export type PictureColor = {
  color: ColorFacts;
  dynamicRange: DynamicRange;
  masteringDisplay: MasteringDisplay | null;
  contentLight: ContentLight | null;
  dolbyVision: DolbyVision | null;
  hdr10Plus: boolean;
  closedCaptions: boolean;
};

/**
 * Colour as the container says it, completed by what the first pictures say (MPEG-TS and raw streams say it nowhere else).
 */
export function pictureColor(stream: ProbedStream, firstFrames: readonly ProbedFrame[]): PictureColor {
  const sideData = [...stream.side_data_list, ...firstFrames.flatMap((frame) => frame.side_data_list)];
  const frame = firstFrames[0];
  const range = stream.color_range ?? frame?.color_range ?? null;
  const color: ColorFacts = {
    primaries: stream.color_primaries ?? frame?.color_primaries ?? null,
    transfer: stream.color_transfer ?? frame?.color_transfer ?? null,
    matrix: stream.color_space ?? frame?.color_space ?? null,
    range: range === 'tv' || range === 'pc' ? range : null,
    chromaLocation: stream.chroma_location ?? frame?.chroma_location ?? null,
  };
  const dolbyVision = first(sideData, 'DOVI configuration record', dolbyVisionOf);
  return {
    color,
    dynamicRange: dynamicRangeOf(color.transfer, dolbyVision),
    masteringDisplay: first(sideData, 'Mastering display metadata', masteringDisplayOf),
    contentLight: first(sideData, 'Content light level metadata', contentLightOf),
    dolbyVision,
    hdr10Plus: sideData.some((entry) => /SMPTE2094-40|HDR10\+/.test(typeOf(entry))),
    closedCaptions: stream.closed_captions || sideData.some((entry) => /Closed Captions/.test(typeOf(entry))),
  };
}

function dynamicRangeOf(transfer: string | null, dolbyVision: DolbyVision | null): DynamicRange {
  if (transfer === 'smpte2084') return 'pq';
  if (transfer === 'arib-std-b67') return 'hlg';
  // Profile 5 is PQ in its own colour space and usually tagged with nothing.
  return dolbyVision?.profile === 5 && transfer === null ? 'pq' : 'sdr';
}

function first<T>(sideData: readonly SideData[], type: string, read: (entry: SideData) => T | null): T | null {
  for (const entry of sideData) {
    const value = typeOf(entry) === type ? read(entry) : null;
    if (value !== null) return value;
  }
  return null;
}

function masteringDisplayOf(entry: SideData): MasteringDisplay | null {
  const names = ['red_x', 'red_y', 'green_x', 'green_y', 'blue_x', 'blue_y', 'white_point_x', 'white_point_y'];
  const values = [...names, 'min_luminance', 'max_luminance'].map((name) => ratio(entry[name]));
  const [redX, redY, greenX, greenY, blueX, blueY, whiteX, whiteY, minNits, maxNits] = values;
  if (redX == null || redY == null || greenX == null || greenY == null || blueX == null || blueY == null) return null;
  if (whiteX == null || whiteY == null || minNits == null || maxNits == null) return null;
  // Some encoders write the record and leave it empty.
  if (maxNits <= 0 || values.slice(0, 8).every((value) => value === 0)) return null;
  return { redX, redY, greenX, greenY, blueX, blueY, whiteX, whiteY, minNits, maxNits };
}

function contentLightOf(entry: SideData): ContentLight | null {
  const [maxCll, maxFall] = [integer(entry['max_content']), integer(entry['max_average'])];
  // CTA-861.3: zero means not known.
  return maxCll === null || maxFall === null || maxCll <= 0 ? null : { maxCll, maxFall };
}

function dolbyVisionOf(entry: SideData): DolbyVision | null {
  const profile = integer(entry['dv_profile']);
  if (profile === null) return null;
  return {
    profile,
    level: integer(entry['dv_level']),
    compatibilityId: integer(entry['dv_bl_signal_compatibility_id']),
    hasRpu: entry['rpu_present_flag'] === 1,
    hasEnhancementLayer: entry['el_present_flag'] === 1,
  };
}

function typeOf(entry: SideData): string {
  const type = entry['side_data_type'];
  return typeof type === 'string' ? type : '';
}

/** `34000/50000` */
function ratio(raw: unknown): number | null {
  const parts = typeof raw === 'string' ? /^(-?\d+)\/(\d+)$/.exec(raw) : null;
  const den = Number(parts?.[2] ?? 0);
  return den === 0 ? null : Number(parts?.[1]) / den;
}

function integer(raw: unknown): number | null {
  return typeof raw === 'number' && Number.isInteger(raw) ? raw : null;
}
