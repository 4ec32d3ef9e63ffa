import type { ContentLight, MasteringDisplay } from '#shared/model/facts.ts';
import type { RatePlan, VideoRendition } from '#shared/model/plan.ts';

/**
 * What x264 takes on four cores by itself. Left alone it goes by the machine, and chunks of one film would differ with it; fixed,
 * and chosen by quality alone, they are the same to the bit. With a buffer to keep, no two runs of it are, on one machine either.
 * Larger machines have several tasks to fill them.
 */
const x264Threads = '6';

/** Which of two passes; null when the encoder makes its result in one. */
export type Pass = 1 | 2 | null;

export type EncoderContext = {
  encoder: string;
  gopFrames: number;
  pass: Pass;
  /** Where the first pass leaves its statistics for the second, relative to the working folder. */
  statsFile: string;
};

/** Encoders whose wrapper in FFmpeg really has a second pass. */
const twoPassEncoders: ReadonlySet<string> = new Set(['libx264', 'libx265', 'libaom-av1', 'libvpx-vp9']);

/** Whether average bitrate takes two runs with this encoder; the others do it in one. */
export function hasTwoPasses(rate: RatePlan, encoder: string): boolean {
  return rate.mode === 'abr-two-pass' && twoPassEncoders.has(encoder);
}

/** Encoding options of one rendition: rate, closed GOPs of fixed length with an IDR at each start, signalling. */
export function encoderOptions(rendition: VideoRendition, context: EncoderContext): string[] {
  const { encoder, gopFrames } = context;
  const gop = ['-g', String(gopFrames), '-keyint_min', String(gopFrames), '-flags', '+cgop'];
  const named = [
    ...option('-profile:v', rendition.profile),
    ...option('-level:v', rendition.level),
    ...Object.entries(rendition.options).flatMap(([name, value]) => (isParams(name) ? [] : [`-${name}`, value])),
  ];
  return ['-c:v', encoder, ...family(rendition, context, gop), ...named];
}

function family(rendition: VideoRendition, context: EncoderContext, gop: string[]): string[] {
  const { encoder } = context;
  switch (encoder) {
    case 'libx264':
      return [
        ...preset(rendition, 'medium'),
        ...option('-tune', rendition.tune),
        ...crfOrRate(rendition.rate),
        ...passOptions(context),
        '-threads',
        x264Threads,
        ...gop,
        '-sc_threshold',
        '0',
        ...params(rendition, 'x264-params', x264Params(rendition)),
      ];
    case 'libx265':
      return [
        ...preset(rendition, 'medium'),
        ...option('-tune', rendition.tune),
        ...crfOrRate(rendition.rate),
        ...gop,
        ...params(rendition, 'x265-params', x265Params(rendition, context)),
        '-tag:v',
        'hvc1',
      ];
    case 'libsvtav1':
      return [
        '-preset',
        svtPreset(rendition.preset),
        ...crfOrRate(rendition.rate),
        ...gop,
        ...params(rendition, 'svtav1-params', svtParams(rendition)),
      ];
    case 'libaom-av1':
      return ['-cpu-used', '6', '-row-mt', '1', ...constrainedQuality(rendition.rate), ...passOptions(context), ...gop];
    case 'libvpx-vp9':
      return [
        '-deadline',
        'good',
        '-cpu-used',
        '4',
        '-row-mt',
        '1',
        ...constrainedQuality(rendition.rate),
        ...passOptions(context),
        ...gop,
      ];
    default:
      return hardware(rendition, context, gop);
  }
}

/** Hardware: no scene-cut keyframes, forced IDR on the grid, the encoder's own constant-quality mode. */
function hardware(rendition: VideoRendition, { encoder, gopFrames }: EncoderContext, gop: string[]): string[] {
  const { rate } = rendition;
  const keyframes = ['-force_key_frames', `expr:eq(mod(n,${gopFrames}),0)`];
  const ceiling = [...option('-maxrate', rate.peakBps), ...option('-bufsize', rate.bufferBits)];
  const average = ['-b:v', String(rate.targetBps ?? 0), ...ceiling];
  const quality = String(Math.round(rate.crf ?? 23));
  const tag = rendition.codec === 'hevc' ? ['-tag:v', 'hvc1'] : [];
  if (encoder.endsWith('_nvenc')) {
    const control =
      rate.crf === null
        ? ['-rc', rate.mode === 'cbr' ? 'cbr' : 'vbr', ...average]
        : ['-rc', 'vbr', '-cq', quality, '-b:v', '0', ...ceiling];
    return [
      '-preset',
      'p5',
      ...control,
      ...gop,
      ...keyframes,
      '-no-scenecut',
      '1',
      '-forced-idr',
      '1',
      '-strict_gop',
      '1',
      ...tag,
    ];
  }
  if (encoder.endsWith('_qsv')) {
    const control = rate.crf === null ? average : ['-global_quality', quality, ...ceiling];
    return [...control, ...gop, ...keyframes, '-forced_idr', '1', ...tag];
  }
  if (encoder.endsWith('_vaapi')) {
    const control = rate.crf === null ? average : ['-rc_mode', 'CQP', '-qp', quality];
    return [...control, ...gop, ...keyframes, ...tag];
  }
  if (encoder.endsWith('_amf')) {
    const control =
      rate.crf === null ? ['-rc', 'vbr_peak', ...average] : ['-rc', 'cqp', '-qp_i', quality, '-qp_p', quality];
    return [...control, ...gop, ...keyframes, ...tag];
  }
  if (encoder.endsWith('_videotoolbox')) {
    const control =
      rate.crf === null ? average : ['-q:v', String(Math.max(1, Math.round(100 - (rate.crf ?? 23) * 1.8))), ...ceiling];
    return [...control, ...gop, ...keyframes, ...tag];
  }
  // Any other encoder by name: what FFmpeg documents for all of them.
  const control = rate.crf === null ? average : ['-crf', String(rate.crf), ...ceiling];
  return [...control, ...gop, ...keyframes];
}

function preset(rendition: VideoRendition, fallback: string): string[] {
  return ['-preset', rendition.preset ?? fallback];
}

/** SVT-AV1 counts from 13 (fast) to 0; x264's words are translated so that one profile serves a cascade. */
function svtPreset(name: string | null): string {
  if (name === null) return '8';
  if (/^\d+$/.test(name)) return name;
  const words: Record<string, string> = {
    ultrafast: '12',
    superfast: '11',
    veryfast: '10',
    faster: '9',
    fast: '8',
    medium: '7',
    slow: '5',
    slower: '4',
    veryslow: '3',
  };
  return words[name] ?? '8';
}

const paramsOptions: ReadonlySet<string> = new Set(['x264-params', 'x265-params', 'svtav1-params']);

function isParams(name: string): boolean {
  return paramsOptions.has(name);
}

/** An encoder's own list of settings: the profile's first, ours after, since chunks only join with ours. */
function params(rendition: VideoRendition, name: string, ours: string): string[] {
  const asked = rendition.options[name];
  return [`-${name}`, asked === undefined || asked === '' ? ours : `${asked}:${ours}`];
}

function crfOrRate(rate: RatePlan): string[] {
  const ceiling = [...option('-maxrate', rate.peakBps), ...option('-bufsize', rate.bufferBits)];
  if (rate.crf !== null) return ['-crf', String(rate.crf), ...ceiling];
  const floor = rate.mode === 'cbr' ? option('-minrate', rate.targetBps) : [];
  return [...option('-b:v', rate.targetBps), ...floor, ...ceiling];
}

/** The libvpx family reads `-b:v` beside `-crf` as the ceiling, and 0 as none. */
function constrainedQuality(rate: RatePlan): string[] {
  if (rate.crf === null) return crfOrRate(rate);
  return [
    '-crf',
    String(Math.round(rate.crf)),
    '-b:v',
    String(rate.peakBps ?? 0),
    ...option('-bufsize', rate.bufferBits),
  ];
}

function passOptions({ pass, statsFile }: EncoderContext): string[] {
  return pass === null ? [] : ['-pass', String(pass), '-passlogfile', statsFile];
}

/**
 * `stitchable` keeps x264 from fitting its headers to the pictures of one chunk (in a second pass it would), so that chunks
 * join. `filler` pads to a constant rate without the HRD messages of `nal-hrd=cbr`, which end up before the SPS in a
 * transport stream, where they must not be.
 */
function x264Params({ rate }: VideoRendition): string {
  return rate.mode === 'cbr' ? 'stitchable=1:filler=1' : 'stitchable=1';
}

function x265Params(rendition: VideoRendition, { gopFrames, pass, statsFile }: EncoderContext): string {
  const params = [
    `keyint=${gopFrames}`,
    `min-keyint=${gopFrames}`,
    'scenecut=0',
    'open-gop=0',
    'log-level=error',
    // FFmpeg's wrapper has no -pass for x265.
    ...(pass === null ? [] : [`pass=${pass}`, `stats=${statsFile}.x265`]),
  ];
  if (rendition.dynamicRange !== 'sdr') params.push(...hdr10Params(rendition));
  return params.join(':');
}

/** SMPTE ST 2086 and CTA-861.3 as x265 takes them: 0.00002 and 0.0001 cd/m² units. */
function hdr10Params({ dynamicRange, masteringDisplay, contentLight }: VideoRendition): string[] {
  return [
    ...(dynamicRange === 'pq' ? ['hdr10=1', 'hdr10-opt=1'] : []),
    ...(masteringDisplay === null ? [] : [`master-display=${x265MasteringDisplay(masteringDisplay)}`]),
    ...(contentLight === null ? [] : [`max-cll=${contentLight.maxCll},${contentLight.maxFall}`]),
    'repeat-headers=1',
  ];
}

function x265MasteringDisplay(m: MasteringDisplay): string {
  const point = (x: number, y: number) => `(${Math.round(x * 50_000)},${Math.round(y * 50_000)})`;
  const luminance = `(${Math.round(m.maxNits * 10_000)},${Math.round(m.minNits * 10_000)})`;
  return `G${point(m.greenX, m.greenY)}B${point(m.blueX, m.blueY)}R${point(m.redX, m.redY)}WP${point(m.whiteX, m.whiteY)}L${luminance}`;
}

function svtParams({ dynamicRange, masteringDisplay, contentLight }: VideoRendition): string {
  const params = ['scd=0'];
  if (dynamicRange === 'sdr') return params.join(':');
  params.push('enable-hdr=1');
  if (masteringDisplay !== null) params.push(`mastering-display=${svtMasteringDisplay(masteringDisplay)}`);
  if (contentLight !== null) params.push(`content-light=${lightLevels(contentLight)}`);
  return params.join(':');
}

function svtMasteringDisplay(m: MasteringDisplay): string {
  const point = (x: number, y: number) => `(${x.toFixed(4)},${y.toFixed(4)})`;
  return `G${point(m.greenX, m.greenY)}B${point(m.blueX, m.blueY)}R${point(m.redX, m.redY)}WP${point(m.whiteX, m.whiteY)}L(${m.maxNits.toFixed(4)},${m.minNits.toFixed(4)})`;
}

function lightLevels(light: ContentLight): string {
  return `${light.maxCll},${light.maxFall}`;
}

function option(name: string, value: string | number | null): string[] {
  return value === null ? [] : [name, String(value)];
}
