import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { jobErrorCode } from '#shared/model/failure.ts';
import { findingCode } from '#shared/model/finding.ts';
import { busySign } from '#shared/model/node.ts';
import { decision, reason } from '#shared/model/plan.ts';
import { problems } from '#shared/protocol/problem.ts';
import { readProjectFile, repository, sourceFiles } from '#tests/helpers/source-tree.ts';

/*
 * The words of the screens: each language says everything that English says.
 */

const folder = 'src-renderer/texts';
const languages = readdirSync(join(repository, folder));
const namespaces = filesOf('en');
const others = languages.filter((language) => language !== 'en');

test('the screens speak English and four more languages', () => {
  expect(languages.toSorted()).toEqual(['de', 'en', 'es', 'fr', 'ja']);
});

test.each(others)('every file of words is there in %s, and no other', (language) => {
  expect(filesOf(language)).toEqual(namespaces);
});

test.each(others)('%s has the words of English, with its own plurals', (language) => {
  expect(wordsOf(language, namesIn(language))).toEqual(wordsOf('en', namesIn(language)));
});

test.each(others)('a sentence in %s has the same gaps as in English', (language) => {
  expect(gapsOf(language, namesIn(language))).toEqual(gapsOf('en', namesIn(language)));
});

test('no text is empty', () => {
  const empty = languages.flatMap((language) =>
    namesIn(language).flatMap((name) =>
      [...read(language, name)].flatMap(([key, text]) => (text.trim() === '' ? [`${language}/${name}: ${key}`] : [])),
    ),
  );
  expect(empty).toEqual([]);
});

test('every code that a job can fail by, a request be refused by, or a node rest by, has words', () => {
  const codes = [
    ...Object.keys(problems).map((code) => `fault.${code}`),
    ...busySign.options.map((sign) => `busy.${sign}`),
    ...jobErrorCode.options.map((code) => `failure.${code}`),
  ];
  expect([...read('en', 'server').keys()].toSorted()).toEqual(codes.toSorted());
});

test('every finding has words', () => {
  expect([...read('en', 'findings').keys()].toSorted()).toEqual(findingCode.options.toSorted());
});

test('whoever makes a finding takes its code from those that have words', () => {
  const makers = sourceFiles().filter((file) => {
    const code = readProjectFile(file);
    return /severity: '(error|warning|info)'/.test(code) && /\bFinding\b/.test(code);
  });
  expect(makers.filter((file) => !/\bFindingCode\b/.test(readProjectFile(file)))).toEqual([]);
});

test('every decision of a plan has words', () => {
  const said = [...read('en', 'plan').keys()].filter((key) => /^(action|because)\./.test(key));
  const codes = [
    ...decision.shape.action.options.map((action) => `action.${action}`),
    ...reason.options.map((because) => `because.${because}`),
  ];
  expect(said.toSorted()).toEqual(codes.toSorted());
});

test('the types of i18next know every file of words', () => {
  const types = readProjectFile('src-renderer/app/i18next.d.ts');
  expect(namespaces.filter((name) => !types.includes(`from '../texts/en/${name}.json'`))).toEqual([]);
  const resources = /resources: \{([\s\S]*?)\}/.exec(types)?.[1] ?? '';
  expect(namespaces.filter((name) => !new RegExp(`(^|[\\s'])${name}'?: typeof`).test(resources))).toEqual([]);
});

function filesOf(language: string): string[] {
  return readdirSync(join(repository, folder, language))
    .map((file) => file.replace(/\.json$/, ''))
    .toSorted();
}

/** What a language lacks as a whole is told by one test, not by all. */
function namesIn(language: string): string[] {
  const there = new Set(filesOf(language));
  return namespaces.filter((name) => there.has(name));
}

/**
 * Keys without their plurals. A key that has plurals must have exactly those of its language: what is lacking or too much is
 * put behind it, so that it differs from English.
 */
function wordsOf(language: string, names: readonly string[]): string[] {
  const wanted = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const plurals = Map.groupBy(
    names.flatMap((name) => [...read(language, name).keys()].map((key) => `${name}: ${key}`)),
    (key) => key.replace(pluralEnd, ''),
  );
  return [...plurals]
    .map(([key, forms]) => {
      if (forms.length === 1 && forms[0] === key) return key;
      const had = forms.map((form) => pluralEnd.exec(form)?.[1] ?? 'none');
      const lacking = wanted.filter((form) => !had.includes(form) && !isForMillionsOnly(language, form));
      const odd = had.filter((form) => form !== 'zero' && !wanted.some((one) => one === form));
      return [`${key} (plural)`, ...lacking.map((form) => `lacks ${form}`), ...odd.map((form) => `odd ${form}`)].join(
        ' ',
      );
    })
    .toSorted();
}

/** i18next takes `_other` where a form is not there: `1,000,000 de películas` is never said here. */
function isForMillionsOnly(language: string, form: string): boolean {
  return form === 'many' && (language === 'es' || language === 'fr');
}

/** Names in braces by key; of plurals all together, since `_one` may say "a film" for "{{count}} film". */
function gapsOf(language: string, names: readonly string[]): Record<string, string[]> {
  const gaps: Record<string, string[]> = {};
  for (const name of names) {
    for (const [key, text] of read(language, name)) {
      const found = [...text.matchAll(/\{\{\s*([^},\s]+)[^}]*\}\}|<\/?(\w+)>/g)].map(
        ([, gap, tag]) => gap ?? `<${tag}>`,
      );
      const at = `${name}: ${key.replace(pluralEnd, '')}`;
      gaps[at] = [...new Set([...(gaps[at] ?? []), ...found])].toSorted();
    }
  }
  return gaps;
}

const pluralEnd = /_(zero|one|two|few|many|other)$/;
const file = z.record(z.string(), z.json());

/** Text by key: `nav.home`. */
function read(language: string, name: string): Map<string, string> {
  const texts = new Map<string, string>();
  const walk = (node: unknown, path: string): void => {
    if (typeof node === 'string') {
      texts.set(path, node);
      return;
    }
    for (const [key, below] of Object.entries(file.parse(node))) walk(below, path === '' ? key : `${path}.${key}`);
  };
  walk(JSON.parse(readProjectFile(`${folder}/${language}/${name}.json`)), '');
  return texts;
}
