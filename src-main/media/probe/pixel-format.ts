import type { VideoFacts } from '#shared/model/facts.ts';

export type PixelFormatFacts = Pick<VideoFacts, 'bitDepth' | 'chroma' | 'hasAlpha'>;

/** What FFmpeg's name of a pixel format says; unknown names say nothing. */
export function pixelFormatFacts(name: string | null): PixelFormatFacts {
  if (name === null) return { bitDepth: null, chroma: null, hasAlpha: false };
  const special = specials[name];
  if (special !== undefined) return special;

  const planar = /^yuv(a?)j?(4\d\d)p(\d*)(le|be)?$/.exec(name);
  if (planar !== null)
    return { bitDepth: Number(planar[3] || 8), chroma: chromaOf(planar[2]), hasAlpha: planar[1] === 'a' };
  const semiPlanar = /^p([024])(10|12|16)(le|be)$/.exec(name);
  if (semiPlanar !== null)
    return {
      bitDepth: Number(semiPlanar[2]),
      chroma: chromaOf(semiPlanar[1] === '4' ? '444' : `42${semiPlanar[1]}`),
      hasAlpha: false,
    };
  const planarRgb = /^gbr(a?)p(\d*)(le|be)?$/.exec(name);
  if (planarRgb !== null) return { bitDepth: Number(planarRgb[2] || 8), chroma: 'rgb', hasAlpha: planarRgb[1] === 'a' };
  const packedRgb = /^(rgba|bgra|argb|abgr|rgb|bgr)(24|32|48|64)?(le|be)?$/.exec(name);
  if (packedRgb !== null) {
    const hasAlpha = packedRgb[1]?.includes('a') ?? false;
    return { bitDepth: packedRgb[2] === '48' || packedRgb[2] === '64' ? 16 : 8, chroma: 'rgb', hasAlpha };
  }
  const gray = /^(gray|ya)(\d*)(le|be)?$/.exec(name);
  if (gray !== null) return { bitDepth: Number(gray[2] || 8), chroma: 'gray', hasAlpha: gray[1] === 'ya' };
  return { bitDepth: null, chroma: null, hasAlpha: false };
}

const eightBit = (chroma: VideoFacts['chroma'], hasAlpha = false): PixelFormatFacts => ({
  bitDepth: 8,
  chroma,
  hasAlpha,
});

const specials: Readonly<Record<string, PixelFormatFacts>> = {
  nv12: eightBit('420'),
  nv21: eightBit('420'),
  nv16: eightBit('422'),
  nv24: eightBit('444'),
  yuyv422: eightBit('422'),
  uyvy422: eightBit('422'),
  yvyu422: eightBit('422'),
  '0rgb': eightBit('rgb'),
  rgb0: eightBit('rgb'),
  '0bgr': eightBit('rgb'),
  bgr0: eightBit('rgb'),
  pal8: eightBit('rgb', true),
  monow: { bitDepth: 1, chroma: 'gray', hasAlpha: false },
  monob: { bitDepth: 1, chroma: 'gray', hasAlpha: false },
  y210le: { bitDepth: 10, chroma: '422', hasAlpha: false },
  ayuv64le: { bitDepth: 16, chroma: '444', hasAlpha: true },
};

function chromaOf(subsampling: string | undefined): VideoFacts['chroma'] {
  return subsampling === '420' || subsampling === '422' || subsampling === '444' ? subsampling : null;
}
