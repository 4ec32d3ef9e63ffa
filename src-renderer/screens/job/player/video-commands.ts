/** Goes to a time of the film, or to its nearest end. */
export function seekTo(video: HTMLVideoElement | null, timeSec: number): void {
  if (video === null) return;
  const endSec = Number.isFinite(video.duration) ? video.duration : timeSec;
  video.currentTime = Math.min(Math.max(0, timeSec), endSec);
}

/** Goes on or back from where the film is. */
export function skipBy(video: HTMLVideoElement | null, seconds: number): void {
  seekTo(video, (video?.currentTime ?? 0) + seconds);
}

/** 0 to 1; whoever turns it up wants to hear something. */
export function setVolume(video: HTMLVideoElement | null, volume: number): void {
  if (video === null) return;
  video.muted = false;
  video.volume = Math.min(1, Math.max(0, volume));
}

/** Silent, or as loud as before. */
export function toggleMute(video: HTMLVideoElement | null): void {
  if (video === null) return;
  if (video.muted || video.volume > 0) video.muted = !video.muted;
  else video.volume = 1;
}
