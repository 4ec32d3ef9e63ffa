import { basename, dirname, extname } from 'node:path';
import { expect, test } from 'vitest';
import { codeOf, projectFiles, readProjectFile, sourceFiles } from '#tests/helpers/source-tree.ts';

const longestLines = 300;

/**
 * Files that were allowed to grow past the limit, each with the reason and its size. The list may only get shorter and its
 * figures smaller: a longer file is split, a shorter one lowers its figure here.
 */
const longFiles: Readonly<Record<string, number>> = {
  // Every table in one place, as types and as SQL: split, they could not be read beside each other.
  'src-main/store/schema.ts': 487,
  'src-main/store/migrations/0001-first.ts': 433,
};

test('no source file is longer than 300 lines, save those listed by name', () => {
  const long = sourceFiles().flatMap((path) => {
    const lines = readProjectFile(path).split('\n').length - 1;
    return lines > longestLines ? [[path, lines] as const] : [];
  });
  expect(Object.fromEntries(long)).toEqual(longFiles);
});

test('files and folders are kebab-case, and none is a drawer for whatever', () => {
  const names = codeFiles().flatMap((path) => [...dirname(path).split('/'), basename(path)]);
  const odd = new Set(
    names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|config|d))?(\.(ts|tsx|mjs))?$/.test(name)),
  );
  expect([...odd].filter((name) => !name.startsWith('.'))).toEqual([]);
  const drawers = codeFiles().filter((path) =>
    /(^|[/-])(utils?|misc|managers?|base|common|stuff|index)([./]|$)/.test(path),
  );
  expect(drawers).toEqual([]);
});

test('no file only passes on what others export', () => {
  expect(sourceFiles().filter((path) => /^export (\*|(type )?\{[^}]*\}) from /m.test(readProjectFile(path)))).toEqual(
    [],
  );
});

test('no file exports a default', () => {
  expect(sourceFiles().filter((path) => /^export default /m.test(codeOf(readProjectFile(path))))).toEqual([]);
});

test('every exported function says what it does', () => {
  expect(sourceFiles().flatMap(undocumented)).toEqual([]);
});

test('no check is switched off in a comment', () => {
  const marks =
    /@ts-(ignore|nocheck|expect-error)|(eslint|oxlint)-disable|biome-ignore (?!format:)|\b(it|test|describe)\.only\b/;
  const here = 'tests/architecture/files.test.ts';
  expect(codeFiles().filter((path) => path !== here && marks.test(readProjectFile(path)))).toEqual([]);
});

test('no media file lies in the repository', () => {
  const media =
    /\.(mp4|m4v|m4a|m4s|mov|mkv|mka|webm|avi|ts|mts|m2ts|mpg|flac|mp3|aac|ac3|eac3|opus|ogg|wav|h264|hevc|ivf|y4m|yuv|sup)$/i;
  const isCode = (path: string) => extname(path) === '.ts' && !readProjectFile(path).startsWith('G');
  expect(projectFiles().filter((path) => media.test(path) && !isCode(path))).toEqual([]);
});

test('the unit tests mirror what they test', () => {
  const tested = projectFiles().filter((path) => /^tests\/unit\/.*\.test\.ts$/.test(path));
  const folders = new Set(sourceFiles().map((path) => dirname(path)));
  const homes = (path: string) => {
    const below = dirname(path).slice('tests/unit/'.length);
    return [`src-main/media/${below}`, `src-main/${below}`, `src-shared/${below}`];
  };
  expect(tested.filter((path) => !homes(path).some((home) => folders.has(home)))).toEqual([]);
});

function codeFiles(): string[] {
  return projectFiles().filter((path) => /^(src-[a-z]+|tests|build)\/.*\.(ts|tsx|mjs)$/.test(path));
}

/** Exported functions without a doc comment right above. */
function undocumented(path: string): string[] {
  const lines = readProjectFile(path).split('\n');
  return lines.flatMap((line, i) => {
    const name =
      /^export (?:async )?function\*? (\w+)/.exec(line)?.[1] ?? /^export const (\w+) = (?:async )?\(/.exec(line)?.[1];
    return name === undefined || lines[i - 1]?.trimEnd().endsWith('*/') ? [] : [`${path}: ${name}`];
  });
}
