import type { VideoFacts } from '#shared/model/facts.ts';
import type { SideData } from './ffprobe-answer.ts';

export type Orientation = Pick<VideoFacts, 'rotationDeg' | 'mirrored'> & {
  /** False when the file asks for an angle between the right ones; the nearest right angle is given. */
  exact: boolean;
};

export const upright: Orientation = { rotationDeg: 0, mirrored: false, exact: true };

/**
 * How a player turns the picture to show it, from the track header's matrix (ISO/IEC 14496-12, 6.2.2). Rows of the matrix
 * are (a b u), (c d v), (x y w); a point is a row vector before it and y points down. "Mirror, then turn clockwise by t" is
 * a = ∓cos t, b = ∓sin t, c = -sin t, d = cos t, with the upper sign when mirrored: c and d tell t either way, and the
 * determinant tells the mirror. ffprobe's own `rotation` is the counter-clockwise angle and knows no mirror.
 */
export function orientationOf(sideDataList: readonly SideData[]): Orientation {
  const matrix = sideDataList.find((entry) => entry['side_data_type'] === 'Display Matrix');
  if (matrix === undefined) return upright;
  const numbers = matrixNumbers(matrix['displaymatrix']);
  if (numbers === null) {
    return typeof matrix['rotation'] === 'number' ? { ...turned(-matrix['rotation']), mirrored: false } : upright;
  }
  const [a, b, c, d] = numbers;
  const determinant = a * d - b * c;
  if (determinant === 0) return upright;
  return { ...turned((Math.atan2(-c, d) * 180) / Math.PI), mirrored: determinant < 0 };
}

/** `\n00000000:  0  65536  0\n00000001: ...`: a line number in hexadecimal, then three integers. */
function matrixNumbers(text: unknown): [number, number, number, number] | null {
  if (typeof text !== 'string') return null;
  const rows = [...text.matchAll(/^[0-9a-f]+:\s*(-?\d+)\s+(-?\d+)\s+(-?\d+)/gm)];
  const [a, b, c, d] = rows.slice(0, 2).flatMap((row) => [Number(row[1]), Number(row[2])]);
  return a === undefined || b === undefined || c === undefined || d === undefined ? null : [a, b, c, d];
}

function turned(clockwiseDeg: number): Pick<Orientation, 'rotationDeg' | 'exact'> {
  const quarters = Math.round(clockwiseDeg / 90);
  const rotationDeg = ([0, 90, 180, 270] as const)[((quarters % 4) + 4) % 4] ?? 0;
  return { rotationDeg, exact: Math.abs(clockwiseDeg - quarters * 90) < 1 };
}
