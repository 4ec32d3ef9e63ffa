import { useEffect } from 'react';

/** Draws ASS over the video with libass and the fonts of the package; null draws nothing. */
export function useStyledSubtitles(
  video: HTMLVideoElement | null,
  subtitleUrl: string | null,
  fontUrls: readonly string[],
): void {
  // Lists that say the same are the same.
  const fonts = fontUrls.join('\n');
  useEffect(() => {
    if (video === null || subtitleUrl === null) return undefined;
    const absolute = (url: string): string => new URL(url, location.href).href;
    const drawing = import('jassub').then(
      ({ default: Jassub }) =>
        new Jassub({
          video,
          subUrl: absolute(subtitleUrl),
          fonts: fonts === '' ? [] : fonts.split('\n').map(absolute),
          queryFonts: false,
        }),
    );
    // Without it the film plays on without its words; the page's own error report tells the server.
    void drawing;
    return () => void drawing.then((one) => one.destroy());
  }, [video, subtitleUrl, fonts]);
}
