/**
 * An ASS script with its event times moved so that `originSec` becomes zero; everything else stays as it is, to the last
 * byte of styling. Events begin at zero at the earliest. ASS counts hundredths of a second.
 */
export function moveAssTimes(text: string, originSec: number): string {
  const hundredths = Math.round(originSec * 100);
  if (hundredths === 0) return text;
  const moved = (time: string): string => assTime(Math.max(0, assHundredths(time) - hundredths));
  // Start and End are the second and third field of every dialect; no text can come before them.
  return text.replace(
    /^((?:Dialogue|Comment)\s*:\s*[^,\r\n]*,\s*)(\d+:\d{1,2}:\d{1,2}[.:]\d{1,3})(\s*,\s*)(\d+:\d{1,2}:\d{1,2}[.:]\d{1,3})/gim,
    (_, head: string, start: string, between: string, end: string) => `${head}${moved(start)}${between}${moved(end)}`,
  );
}

/** A SubRip text with its time lines moved so that `originSec` becomes zero; all else stays. */
export function moveSrtTimes(text: string, originSec: number): string {
  const originMs = Math.round(originSec * 1000);
  if (originMs === 0) return text;
  const moved = (time: string): string => srtTime(Math.max(0, srtMs(time) - originMs));
  return text.replace(
    /^(\s*)(\d+:\d{2}:\d{2}[,.]\d{1,3})(\s*-->\s*)(\d+:\d{2}:\d{2}[,.]\d{1,3})/gm,
    (_, head: string, start: string, arrow: string, end: string) => `${head}${moved(start)}${arrow}${moved(end)}`,
  );
}

function assHundredths(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0, fraction = '0'] = time
    .split(/[:.]/)
    .map((part, i) => (i === 3 ? part : Number(part)));
  return (
    (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 100 + Math.round(Number(`0.${fraction}`) * 100)
  );
}

function assTime(hundredths: number): string {
  const seconds = Math.floor(hundredths / 100);
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${two(hundredths % 100)}`;
}

function srtMs(time: string): number {
  const [hours = '0', minutes = '0', seconds = '0', fraction = '0'] = time.split(/[:,.]/);
  return (
    (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000 + Math.round(Number(`0.${fraction}`) * 1000)
  );
}

function srtTime(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)},${String(ms % 1000).padStart(3, '0')}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
