import { z } from 'zod';

/** Where a window stands: device-independent pixels. */
export const windowPlace = z.strictObject({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  isMaximized: z.boolean(),
});
export type WindowPlace = z.infer<typeof windowPlace>;

export type Area = { x: number; y: number; width: number; height: number };

export const leastSize = { width: 390, height: 560 };
const usualSize = { width: 1_280, height: 840 };
/** So much of it has to be seen on one screen to be grasped. */
const graspable = 120;

/** Where it is opened: where it stood, as long as a screen is still there; in the middle of the first one otherwise. */
export function placeWindow(before: WindowPlace | null, screens: readonly Area[]): WindowPlace {
  const [first] = screens;
  if (first === undefined) return { x: 0, y: 0, ...usualSize, isMaximized: false };
  const home = before === null ? null : screens.find((screen) => isGraspable(before, screen));
  if (before === null || home === undefined || home === null) {
    const width = Math.min(usualSize.width, first.width);
    const height = Math.min(usualSize.height, first.height);
    const x = Math.round(first.x + (first.width - width) / 2);
    const y = Math.round(first.y + (first.height - height) / 2);
    return { x, y, width, height, isMaximized: false };
  }
  const width = Math.min(Math.max(before.width, leastSize.width), home.width);
  const height = Math.min(Math.max(before.height, leastSize.height), home.height);
  return { ...before, width, height };
}

function isGraspable({ x, y, width }: WindowPlace, screen: Area): boolean {
  const seen = Math.min(x + width, screen.x + screen.width) - Math.max(x, screen.x);
  // By its title bar, or nobody can move it.
  return seen >= graspable && y >= screen.y && y <= screen.y + screen.height - graspable / 2;
}
