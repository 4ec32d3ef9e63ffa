import { z } from 'zod';

/*
 * Text that ends up in argv or in a path. Profiles come from strangers, and plans do too: a node works for whichever server it
 * was paired with, and must not lend it more than its computing time.
 */

/** FFmpeg names (encoders, presets, pixel formats) go into argv as one token each and may hold nothing else. */
export const ffmpegName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be a plain FFmpeg name');

/** A place is one with a separator, a drive (`C:x`), or a protocol of FFmpeg's (`file:x`); `key=value:key=value` is none. */
const noPath =
  /^(?![a-z]:|(async|cache|concatf?|crypto|data|fd|file|ftp|gophers?|hls|https?|icecast|ipfs|md5|mms[ht]?|pipe|rist|rtmp[a-z]*|rtp|sctp|smb|srtp?|subfile|tcp|tee|tls|udp(lite)?|unix):)[^/\\]*$/i;

/**
 * More private options of an encoder, as FFmpeg spells them without the dash (`aq-mode`: `3`). Never a path: the value of a
 * switch that takes none (`an`) is an output to FFmpeg.
 */
export const encoderOptions = z.record(
  z.string().regex(/^[A-Za-z0-9_-]{1,40}$/),
  z.string().max(400).regex(noPath, 'must not hold a path'),
);

/** One part of a path, and none that leads elsewhere: names of tasks, renditions and folders of jobs. */
export const partName = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/, 'must be a plain name');
