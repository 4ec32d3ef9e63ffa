/**
 * Whether FFmpeg, asked for a moment of such a file, begins at the keyframe before it: these know where keyframes are. In a
 * transport or program stream it begins anywhere, and the pictures up to the next keyframe are lost without a word; the
 * frame grid then repeats one in their place.
 *
 * @param format FFmpeg's name of the container
 */
export function findsKeyframes(format: string): boolean {
  return /\b(?:mov|matroska|avi|flv)\b/.test(format);
}
