import type { z } from 'zod';
import { type Profile, profile } from '#shared/model/profile.ts';
import { audioCodecOf, containerCarriesAudio, containerCarriesVideo, videoCodecOf } from '../plan/codecs.ts';

/** One thing wrong with a profile: where (`video.ladder[0].width`) and what. */
export type ProfileFault = { path: string; message: string };

/** A profile from JSON, or every fault it has, each with its path. */
export function readProfile(json: unknown): { ok: true; profile: Profile } | { ok: false; faults: ProfileFault[] } {
  const parsed = profile.safeParse(json);
  if (!parsed.success) return { ok: false, faults: parsed.error.issues.flatMap(issueFaults) };
  const faults = codecFaults(parsed.data);
  return faults.length === 0 ? { ok: true, profile: parsed.data } : { ok: false, faults };
}

/** What the container table says about the profile's encoders, before any source is looked at. */
function codecFaults({ container, video, audio }: Profile): ProfileFault[] {
  const faults: ProfileFault[] = [];
  for (const list of ['encoders', 'sdrEncoders'] as const) {
    const codecs = new Set((video[list] ?? []).map(videoCodecOf));
    if (codecs.size > 1) {
      faults.push({ path: `video.${list}`, message: `must all make one codec, but make ${[...codecs].join(', ')}` });
    }
    (video[list] ?? []).forEach((encoder, i) => {
      if (containerCarriesVideo(container, videoCodecOf(encoder))) return;
      faults.push({ path: `video.${list}[${i}]`, message: `${encoder} makes video that ${container} can't carry` });
    });
  }
  audio.tracks.forEach((track, i) => {
    if (track.encoder === 'copy' || containerCarriesAudio(container, audioCodecOf(track.encoder))) return;
    faults.push({
      path: `audio.tracks[${i}].encoder`,
      message: `${track.encoder} makes sound that ${container} can't carry`,
    });
  });
  return faults;
}

function issueFaults(issue: z.core.$ZodIssue): ProfileFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: pathText([...issue.path, key]),
      message: 'is not a setting of a profile',
    }));
  }
  return [{ path: pathText(issue.path), message: issue.message }];
}

function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '(the whole profile)';
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${String(part)}`))
    .join('');
}
