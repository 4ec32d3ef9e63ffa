import type Jassub from 'jassub';
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
      ({ default: JassubClass }) =>
        new JassubClass({
          video,
          subUrl: absolute(subtitleUrl),
          fonts: fonts === '' ? [] : fonts.split('\n').map(absolute),
          queryFonts: false,
        }),
    );
    void drawing.then((one) => drawStanding(one, video));
    // Where it fails the film plays on without its words, and the page's own error report tells the server.
    return () => void drawing.then((one) => one.destroy());
  }, [video, subtitleUrl, fonts]);
}

/** While the film stands no new picture asks for its words. */
async function drawStanding(drawing: Jassub, video: HTMLVideoElement): Promise<void> {
  await drawing.ready;
  const { currentTime: mediaTime, videoWidth: width, videoHeight: height } = video;
  if (!video.paused || width === 0) return;
  await drawing.manualRender({ expectedDisplayTime: performance.now(), mediaTime, width, height }, true);
}
