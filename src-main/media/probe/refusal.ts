import type { ProbeRefusalCode } from '#shared/model/failure.ts';

export type ProbeRefusal = { code: ProbeRefusalCode; message: string };

/** Demuxers that open what their file names. */
const followers = new Set(
  'hls applehttp dash concat concatf sdp rtsp imf image2 ffmetadata webm_dash_manifest'.split(' '),
);

/** Judges what ffprobe said when it could not open a file that exists and is not empty. `head` is how the file begins. */
export function refusalOf(path: string, stderr: readonly string[], head: Uint8Array): ProbeRefusal {
  const name = nameInMessage(path);
  const text = stderr.join('\n');
  const forbidden = /\[([^\s\]]+)[^\]]*\] Format not on whitelist/.exec(text)?.[1];
  if (forbidden?.split(',').some((format) => followers.has(format)) || /not on whitelist 'file'/.test(text)) {
    return refuse(
      'disguised-playlist',
      `${name} is a playlist or script that points to other files; encode the media itself instead`,
    );
  }
  if (/moov atom not found/.test(text) && beginsLikeMp4(head)) {
    return refuse(
      'truncated-no-index',
      `${name} has no index (moov): the recording or download was cut off; get the whole file, or repair it with a tool made for that`,
    );
  }
  if (/Permission denied/.test(text))
    return refuse('unreadable', `${name} may not be read; allow this user to read it`);
  if (forbidden !== undefined)
    return notMedia(path, `it is a ${forbidden.replace(/_pipe$/, '')} file, not a film or sound`);
  return notMedia(path, 'FFmpeg finds no film or sound in it');
}

/** FFmpeg takes any noise named .mp4 for an MP4 without index; a real one begins with one of these boxes. */
function beginsLikeMp4(head: Uint8Array): boolean {
  return /^(ftyp|styp|moov|mdat|free|skip|wide|pnot|uuid)$/.test(String.fromCharCode(...head.subarray(4, 8)));
}

/** The refusal of a file without picture or sound; `why` is a clause. */
export function notMedia(path: string, why: string): ProbeRefusal {
  return refuse('not-media', `${nameInMessage(path)} can't be used: ${why}; choose a media file`);
}

/** A name in a one-line message: control characters (line ends, terminal escapes) would break it. */
export function nameInMessage(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return `"${name.replace(/\p{Cc}/gu, '\u{FFFD}')}"`;
}

function refuse(code: ProbeRefusalCode, message: string): ProbeRefusal {
  return { code, message };
}
