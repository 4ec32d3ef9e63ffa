import { lazy, Suspense } from 'react';
import { isInDesktop } from '../data/desktop.ts';

const PairingAsked = lazy(async () => ({ default: (await import('./pairing-asked.tsx')).PairingAsked }));

/** What the desktop app shows over every page. Browsers read nothing of it. */
export function DesktopWindows() {
  if (!isInDesktop()) return null;
  return (
    <Suspense fallback={null}>
      <PairingAsked />
    </Suspense>
  );
}
