import type { Reason } from '#shared/model/plan.ts';

export type SubtitleForm = 'text' | 'image';
export type SubtitleContainer = 'hls' | 'mp4' | 'mkv';

/** What a container does with a subtitle that the profile wants. */
export type SubtitleTreatment =
  /** The source's packets go in as they are. */
  | { action: 'copy'; because: null }
  /** HLS: lies beside the streams in its own format; `webVtt` says whether a WebVTT copy can be made from it. */
  | { action: 'extract'; format: 'ass' | 'vtt'; webVtt: boolean; because: 'styled-subtitle-kept' | null }
  /** Becomes another text format. */
  | { action: 'convert'; to: 'webvtt' | 'mov_text' | 'srt'; because: Reason; stylingLost: boolean }
  /** A picture that this container can't carry: drawn into the video where the profile wants that, else left out. */
  | { action: 'burn-in-or-drop'; because: 'bitmap-subtitle' }
  | { action: 'drop'; because: 'unknown-codec' | 'container-cannot-carry' };

type CodecRow = {
  form: SubtitleForm;
  /** False where the FFmpeg builds in use have no decoder: such a track can be copied and nothing else. */
  decodable: boolean;
  /**
   * FFmpeg's muxer writes it under an id of the Matroska registry. WebVTT fails that: it gets WebM's `D_WEBVTT`, which
   * few Matroska players know.
   */
  matroska: boolean;
};

/**
 * FFmpeg's subtitle codecs. Teletext and ARIB captions need decoders that distributions leave out, TTML has none at
 * all (FFmpeg only writes it). Image formats have no text to convert: reading them would be OCR, which guesses.
 */
const codecs: Readonly<Record<string, CodecRow>> = {
  ass: { form: 'text', decodable: true, matroska: true },
  ssa: { form: 'text', decodable: true, matroska: true },
  subrip: { form: 'text', decodable: true, matroska: true },
  srt: { form: 'text', decodable: true, matroska: true },
  webvtt: { form: 'text', decodable: true, matroska: false },
  text: { form: 'text', decodable: true, matroska: false },
  mov_text: { form: 'text', decodable: true, matroska: false },
  eia_608: { form: 'text', decodable: true, matroska: false },
  microdvd: { form: 'text', decodable: true, matroska: false },
  mpl2: { form: 'text', decodable: true, matroska: false },
  jacosub: { form: 'text', decodable: true, matroska: false },
  sami: { form: 'text', decodable: true, matroska: false },
  realtext: { form: 'text', decodable: true, matroska: false },
  stl: { form: 'text', decodable: true, matroska: false },
  subviewer: { form: 'text', decodable: true, matroska: false },
  subviewer1: { form: 'text', decodable: true, matroska: false },
  pjs: { form: 'text', decodable: true, matroska: false },
  vplayer: { form: 'text', decodable: true, matroska: false },
  ttml: { form: 'text', decodable: false, matroska: false },
  dvb_teletext: { form: 'text', decodable: false, matroska: false },
  arib_caption: { form: 'text', decodable: false, matroska: false },
  hdmv_text_subtitle: { form: 'text', decodable: false, matroska: true },
  hdmv_pgs_subtitle: { form: 'image', decodable: true, matroska: true },
  dvd_subtitle: { form: 'image', decodable: true, matroska: true },
  dvb_subtitle: { form: 'image', decodable: true, matroska: true },
  xsub: { form: 'image', decodable: true, matroska: false },
};

/** Whether a codec holds words or pictures; null when it is not in the table. */
export function subtitleForm(codec: string | null): SubtitleForm | null {
  return rowOf(codec)?.form ?? null;
}

/** Whether words can be read out of it; everything else can only be copied from the source, or drawn when it's an image. */
export function isReadableText(codec: string | null): boolean {
  const row = rowOf(codec);
  return row !== null && row.form === 'text' && row.decodable;
}

/** What becomes of a subtitle in a container, decided from the table alone so that no mux error decides it later. */
export function subtitleTreatment(codec: string | null, container: SubtitleContainer): SubtitleTreatment {
  const row = rowOf(codec);
  if (row === null) return { action: 'drop', because: 'unknown-codec' };
  if (row.form === 'image') {
    return container === 'mkv' && row.matroska
      ? { action: 'copy', because: null }
      : { action: 'burn-in-or-drop', because: 'bitmap-subtitle' };
  }
  if (container === 'mkv' && row.matroska) return { action: 'copy', because: null };
  if (!row.decodable) return { action: 'drop', because: 'container-cannot-carry' };
  const styled = codec === 'ass' || codec === 'ssa';
  // WebVTT loses places, ASS nearly everything.
  const stylingLost = styled || codec === 'webvtt';
  switch (container) {
    case 'mkv':
      return { action: 'convert', to: 'srt', because: 'text-to-subrip', stylingLost };
    case 'mp4':
      return codec === 'mov_text'
        ? { action: 'copy', because: null }
        : { action: 'convert', to: 'mov_text', because: 'text-to-mov-text', stylingLost };
    case 'hls':
      if (styled) return { action: 'extract', format: 'ass', webVtt: true, because: 'styled-subtitle-kept' };
      if (codec === 'webvtt') return { action: 'extract', format: 'vtt', webVtt: true, because: null };
      return { action: 'convert', to: 'webvtt', because: 'text-to-webvtt', stylingLost };
  }
}

function rowOf(codec: string | null): CodecRow | null {
  return codec !== null && Object.hasOwn(codecs, codec) ? (codecs[codec] ?? null) : null;
}
