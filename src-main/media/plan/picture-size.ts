import type { ActiveArea, VideoFacts } from '#shared/model/facts.ts';

export type PictureSize = { width: number; height: number };

/** What a viewer sees, in square pixels: after cropping, sample aspect and rotation. Height is kept, width is stretched. */
export function displaySize(video: VideoFacts, crop: ActiveArea | null): PictureSize {
  const coded = crop ?? { width: video.width, height: video.height };
  const aspect = video.sampleAspect === null ? 1 : video.sampleAspect.num / video.sampleAspect.den;
  const square = { width: Math.max(2, coded.width * aspect), height: coded.height };
  return video.rotationDeg === 90 || video.rotationDeg === 270
    ? { width: square.height, height: square.width }
    : square;
}

/** Largest even size of the picture's shape inside the box, never larger than the picture. A tall picture turns the box. */
export function fitInside(picture: PictureSize, box: PictureSize): PictureSize {
  const turned = picture.height > picture.width && box.width > box.height;
  const limit = turned ? { width: box.height, height: box.width } : box;
  const scale = Math.min(1, limit.width / picture.width, limit.height / picture.height);
  return { width: even(picture.width * scale), height: even(picture.height * scale) };
}

/** True when the box asks for more than the picture has in both directions. */
export function exceeds(box: PictureSize, picture: PictureSize): boolean {
  const turned = picture.height > picture.width && box.width > box.height;
  const limit = turned ? { width: box.height, height: box.width } : box;
  return limit.width > picture.width && limit.height > picture.height;
}

/** 4:2:0 pictures have even sides; the nearest even number keeps the shape best. */
function even(pixels: number): number {
  return Math.max(2, 2 * Math.round(pixels / 2));
}
