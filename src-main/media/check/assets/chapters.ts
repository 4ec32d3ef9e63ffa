import type { Finding } from '#shared/model/finding.ts';
import { error, warning } from '../finding-of.ts';
import type { ObservedHls } from '../hls/observed-hls.ts';
import { filmSec } from '../hls/package-view.ts';
import { parseWebVtt } from '../webvtt/parse-webvtt.ts';

const path = 'chapters.vtt';

/** `chapters.vtt` (S1 1.1): readable, in order, inside the film, each with a title. */
export function chapters(observed: ObservedHls): Finding[] {
  const text = observed.texts.get(path);
  if (text === undefined) return [];
  const { cues, faults } = parseWebVtt(text);
  const findings: Finding[] = [];
  const [fault] = faults;
  if (fault !== undefined) findings.push(error('webvtt-syntax', path, `line ${fault.line}: ${fault.message}`));
  const film = filmSec(observed);
  const beyond = film === null ? [] : cues.filter((cue) => cue.startSec >= film || cue.endSec > film + 0.5);
  if (beyond.length > 0) {
    const message = `${beyond.length} chapters lie beyond the film's ${film?.toFixed(3)} s, the first on line ${beyond[0]?.line}`;
    findings.push(error('chapter-beyond-end', path, message));
  }
  const overlap = cues.find((cue, i) => i > 0 && cue.startSec < (cues[i - 1]?.endSec ?? 0) - 0.002);
  if (overlap !== undefined) {
    findings.push(warning('chapter-overlap', path, `line ${overlap.line}: begins before the chapter above it ends`));
  }
  const untitled = cues.find((cue) => cue.text.trim() === '');
  if (untitled !== undefined) {
    findings.push(warning('chapter-untitled', path, `line ${untitled.line}: a chapter without a title`));
  }
  return findings;
}
