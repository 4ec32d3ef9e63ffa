import { expect, test } from 'vitest';
import { codeOf, readProjectFile, sourceFiles } from '#tests/helpers/source-tree.ts';

/** What an import rule can't see: globals that bring time, chance or the outside. */
const impure =
  /\b(?:Date\.now|new Date|Math\.random|performance\.|setTimeout|setInterval|setImmediate|queueMicrotask|console\.|process\.|fetch\(|crypto\.|randomUUID|localStorage|navigator\.)/;
/** Time and chance are arguments; platform/ alone asks the machine for them. */
const timeAndChance = /\b(?:Date\.now|new Date\(\)|Math\.random|performance\.now|setTimeout|setInterval|randomUUID)\b/;

test('media/ and src-shared/ decide without clock, chance, console or process', () => {
  const pure = sourceFiles().filter((path) => /^(src-main\/media|src-shared)\//.test(path));
  expect(pure.length).toBeGreaterThan(20);
  expect(pure.flatMap((path) => linesWith(path, impure))).toEqual([]);
});

test('only platform/ reads the clock, sets a timer or makes a random id', () => {
  const exempt = /^src-main\/platform\//;
  const others = sourceFiles().filter((path) => path.startsWith('src-main/') && !exempt.test(path));
  expect(others.flatMap((path) => linesWith(path, timeAndChance))).toEqual([]);
});

test('the rule sees what it forbids and nothing in comments', () => {
  const source = 'const a = Date.now();\n// Date.now() jumps\n/* Math.random()\n * is seeded */ const b = 1;\n';
  expect(
    codeOf(source)
      .split('\n')
      .map((line) => impure.test(line)),
  ).toEqual([true, false, false, false, false]);
});

function linesWith(path: string, pattern: RegExp): string[] {
  return codeOf(readProjectFile(path))
    .split('\n')
    .flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1} ${line.trim()}`] : []));
}
