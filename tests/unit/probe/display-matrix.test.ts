import { expect, test } from 'vitest';
import { orientationOf, upright } from '#main/media/probe/display-matrix.ts';

/** As ffprobe prints a matrix (a b u, c d v, x y w) of 16.16 fixed point numbers. */
function matrix(a: number, b: number, c: number, d: number) {
  const row = (n: number, ...cells: number[]) =>
    `0000000${n}: ${cells.map((cell) => String(Math.round(cell * 65_536)).padStart(12)).join('')}\n`;
  return [
    {
      side_data_type: 'Display Matrix',
      displaymatrix: `\n${row(0, a, b, 0)}${row(1, c, d, 0)}${row(2, 0, 0, 16_384)}`,
    },
  ];
}

test.each([
  ['as it is', [1, 0, 0, 1], 0, false],
  ['a quarter clockwise', [0, 1, -1, 0], 90, false],
  ['upside down', [-1, 0, 0, -1], 180, false],
  ['a quarter counter-clockwise', [0, -1, 1, 0], 270, false],
  ['mirrored left to right', [-1, 0, 0, 1], 0, true],
  ['mirrored top to bottom', [1, 0, 0, -1], 180, true],
  ['transposed', [0, 1, 1, 0], 270, true],
  ['transposed the other way', [0, -1, -1, 0], 90, true],
] as const)('%s', (_what, [a, b, c, d], rotationDeg, mirrored) => {
  expect(orientationOf(matrix(a, b, c, d))).toEqual({ rotationDeg, mirrored, exact: true });
});

test.each([
  ['as it is', [1, 0, 0, 1]],
  ['a quarter clockwise', [0, 1, -1, 0]],
  ['mirrored top to bottom', [1, 0, 0, -1]],
  ['transposed', [0, 1, 1, 0]],
] as const)('mirroring and then turning moves the corners as the matrix does: %s', (_what, [a, b, c, d]) => {
  const { rotationDeg, mirrored } = orientationOf(matrix(a, b, c, d));
  const corners = [
    [1, 1],
    [1, -1],
    [-1, 1],
  ] as const;
  for (const [x, y] of corners) {
    let [px, py] = [mirrored ? -x : x, y as number];
    // A quarter clockwise with y pointing down: right goes to below.
    for (let quarters = rotationDeg / 90; quarters > 0; quarters -= 1) [px, py] = [-py, px];
    expect([px, py]).toEqual([a * x + c * y, b * x + d * y]);
  }
});

test('an angle between gives the nearest right one and says so', () => {
  const [cos, sin] = [Math.cos(0.2), Math.sin(0.2)];
  expect(orientationOf(matrix(cos, sin, -sin, cos))).toEqual({ rotationDeg: 0, mirrored: false, exact: false });
});

test('no matrix, or one that flattens the picture, changes nothing', () => {
  expect(orientationOf([])).toEqual(upright);
  expect(orientationOf(matrix(0, 0, 0, 0))).toEqual(upright);
});

test('the angle alone is counter-clockwise', () => {
  expect(orientationOf([{ side_data_type: 'Display Matrix', rotation: -90 }])).toEqual({
    rotationDeg: 90,
    mirrored: false,
    exact: true,
  });
});
