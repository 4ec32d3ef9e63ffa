import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readProjectFile, repository } from '#tests/helpers/source-tree.ts';

type Manifest = {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
};

test('README names every folder of the source, and none that is not there', () => {
  const named = [...readProjectFile('README.md').matchAll(/^\| `((?:src-|tests)[\w/-]*)\/` \|/gm)].map(
    ([, path]) => path ?? '',
  );
  const below = (folder: string) =>
    readdirSync(join(repository, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${folder}/${entry.name}`);
  const tops = ['src-main', 'src-renderer', 'src-shared', 'tests'];
  expect(named.toSorted()).toEqual(tops.flatMap(below).toSorted());
});

test('README gives a reason for every dependency', () => {
  const readme = readProjectFile('README.md');
  const { dependencies, devDependencies, optionalDependencies }: Manifest = JSON.parse(readProjectFile('package.json'));
  const names = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
  expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});

test('README’s links into the project lead somewhere', () => {
  const links = [...readProjectFile('README.md').matchAll(/(?:\]\(|src=")(?!https?:|#)([^)"]+)[)"]/g)].map(
    ([, to]) => to ?? '',
  );
  expect(links.length).toBeGreaterThan(3);
  expect(links.filter((to) => !existsSync(join(repository, to)))).toEqual([]);
});

test('every version is exact, and the lock file names no registry', () => {
  const { dependencies, devDependencies, optionalDependencies }: Manifest = JSON.parse(readProjectFile('package.json'));
  const versions = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  const lock: { packages: Record<string, { resolved?: string }> } = JSON.parse(readProjectFile('package-lock.json'));
  expect(Object.values(lock.packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
});
