/*
 * How every file that did not come from Encrew itself is opened. A playlist, a concat script or an SDP named `film.mkv` makes
 * FFmpeg open whatever it lists: other files of this machine, addresses on the network. So only the file protocol is
 * allowed, and only demuxers that read their one file.
 */

/**
 * Demuxers that hold media in one file. Left out on purpose: whatever names other files (hls, dash, concat, sdp, imf,
 * image2, vobsub), devices, and still pictures.
 */
export const sourceDemuxers: readonly string[] = [
  // containers
  'matroska webm mov mp4 m4a 3gp 3g2 mj2 mpegts mpegtsraw mpeg mpegvideo avi asf asf_o flv live_flv kux ogg mxf gxf lxf nut',
  'rm ivf wtv pva nsv dv wv gif apng swf yuv4mpegpipe roq bink smk film_cpk ivr nuv viv vividas obu',
  // bare streams
  'h264 hevc vvc av1 m4v mjpeg vc1 vc1test dirac h261 h263 cavsvideo avs2 avs3',
  'aac ac3 eac3 dts dtshd truehd mlp mp3 loas ac4 spdif amr amrnb amrwb',
  // sound
  'wav w64 aiff caf flac ape tak tta au mpc mpc8 dsf iff oma shn voc',
  // subtitles
  'srt ass webvtt sup',
].flatMap((names) => names.split(' '));

/** Before `-i`, for FFmpeg and ffprobe alike; the same analysis everywhere keeps stream indices the same. */
export const sourceInputOptions: readonly string[] = inputOptions('file');

function inputOptions(protocols: string): string[] {
  return [
    '-protocol_whitelist',
    protocols,
    '-format_whitelist',
    sourceDemuxers.join(','),
    // Twice FFmpeg's own: broadcast recordings bring sound and subtitles late. Microseconds and bytes.
    '-analyzeduration',
    '10000000',
    '-probesize',
    '20000000',
  ];
}

/**
 * FFmpeg's name for a local file. The prefix keeps a leading dash from being an option, and a colon (`12:30.mkv`) from being
 * a protocol; nothing after it is interpreted. RangeError unless the path is absolute.
 */
export function fileUrl(absolutePath: string): string {
  if (!/^(\/|[A-Za-z]:[\\/]|\\\\)/.test(absolutePath)) throw new RangeError(`not an absolute path: ${absolutePath}`);
  return `file:${absolutePath}`;
}

/**
 * All tokens that open a source: a file, or one that a node reads from its server by way of its own loopback. The demuxers are
 * the same, so that both give the same packets.
 */
export function sourceInput(source: string): string[] {
  if (relayed.test(source)) return [...inputOptions('http,tcp'), '-i', source];
  return [...sourceInputOptions, '-i', fileUrl(source)];
}

/** No absolute path looks like it. */
const relayed = /^http:\/\/127\.0\.0\.1:\d{1,5}\/[\w-]+\/[^/?#\s]*$/;

/** A file that Encrew itself wrote, absolute or relative to the working folder; the prefix keeps FFmpeg from seeing a protocol or option in it. */
export function ownFileUrl(path: string): string {
  return `file:${path}`;
}
