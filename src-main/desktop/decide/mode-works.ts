import type { DesktopMode } from '#shared/protocol/desktop.ts';

/** What a process of the work is. */
export type WorkKind = 'server' | 'node';

/** Which works a mode wants. */
export function worksOf(mode: DesktopMode | null): readonly WorkKind[] {
  switch (mode) {
    case null:
      return [];
    case 'server':
      return ['server'];
    case 'node':
      return ['node'];
    case 'both':
      return ['server', 'node'];
  }
}

/** The mode with one more work: what "become an encoder node" makes of it. */
export function alsoLent(mode: DesktopMode | null): DesktopMode {
  return mode === 'server' || mode === 'both' ? 'both' : 'node';
}
