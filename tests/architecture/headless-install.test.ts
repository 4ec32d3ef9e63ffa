import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { healthRoutes } from '#main/api/routes/health.ts';
import { inviteCommand } from '#main/cli/invite.ts';
import { nodeCommand } from '#main/cli/node.ts';
import { ownerCommand } from '#main/cli/owner.ts';
import { runProgram } from '#main/cli/program.ts';
import { serveCommand } from '#main/cli/serve.ts';
import { inviteText, newInviteCode } from '#main/platform/invite-code.ts';
import { environmentName, settingKeys } from '#main/platform/settings-sources.ts';
import { settings } from '#shared/model/settings.ts';
import { readProjectFile, repository } from '#tests/helpers/source-tree.ts';

/*
 * systemd's units, the Dockerfile, the compose file and the README call Encrew by its command line, its settings and its health
 * route. None of them runs here; what they say is held to what Encrew understands.
 */

const units = ['encrew', 'encrew-node'].map((name) => readProjectFile(`resources/systemd/${name}.service`));
const dockerfile = readProjectFile('resources/docker/Dockerfile');
const composeText = readProjectFile('resources/docker/compose.yaml');

const service = z.looseObject({
  image: z.string(),
  command: z.array(z.string()),
  profiles: z.array(z.string()).length(1),
  volumes: z.array(z.string()),
  stop_grace_period: z.string().regex(/^\d+s$/),
  ports: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
});
const compose = z
  .object({ services: z.record(z.string(), service), volumes: z.record(z.string(), z.null()) })
  .parse(parse(composeText, { merge: true }));
const services = Object.values(compose.services);

test('every command line in them is one that Encrew takes', async () => {
  const spoken = [...units, composeText, readProjectFile('README.md')].flatMap((text) =>
    [...text.matchAll(/(?:headless\.ts|exec encrew encrew|--rm node) ((?:serve|node|owner|invite)\b[^\n#`)]*)/g)].map(
      ([, words]) => (words ?? '').trim().split(/\s+/),
    ),
  );
  const inImage = z.array(z.string()).parse(JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? ''));
  const lines = [...spoken, inImage, ...services.map(({ command }) => command)];
  expect(lines.length).toBeGreaterThan(10);
  const code = inviteText(newInviteCode());
  for (const line of lines) {
    const words = line.map((word) => word.replace('HOST', '192.168.1.5').replace(/^CODE$/, code));
    expect({ line, faults: await faultsOf(words) }).toEqual({ line, faults: [] });
  }
});

test('every setting that they make is one', () => {
  const known = new Set(['ENCREW_DATA', 'ENCREW_FFMPEG', 'ENCREW_FFPROBE', ...settingKeys.map(environmentName)]);
  const set = [
    ...units.flatMap((unit) => [...unit.matchAll(/\b(ENCREW_\w+)=/g)].map(([, name]) => name ?? '')),
    ...[...dockerfile.matchAll(/\b(ENCREW_\w+)=/g)].map(([, name]) => name ?? ''),
    ...services.flatMap(({ environment }) => Object.keys(environment).filter((name) => name.startsWith('ENCREW_'))),
  ];
  expect(set).toContain('ENCREW_HOST');
  expect(set.filter((name) => !known.has(name))).toEqual([]);
});

test('what they run and copy is in the project', () => {
  const run = [...units, dockerfile].flatMap((text) =>
    [...text.matchAll(/(?:\/opt\/encrew|\/app)\/(\S+\.ts)/g)].map(([, path]) => path ?? ''),
  );
  const wanted = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \.\/$/gm)].flatMap(
    ([, names]) => names?.split(' ') ?? [],
  );
  const taken = readProjectFile('resources/docker/Dockerfile.dockerignore')
    .split('\n')
    .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
  expect(run).toEqual(Array.from({ length: 3 }, () => 'src-main/headless.ts'));
  expect(wanted).toContain('package-lock.json');
  expect([...wanted, ...taken].filter((path) => !existsSync(join(repository, path)))).toEqual([]);
  // What is copied must not be kept from the builder.
  expect(wanted.filter((path) => !taken.includes(path))).toEqual([]);
});

test('the container’s health is the server’s own word, on the port that it has', () => {
  const port = settings.shape.port.parse(undefined);
  const [route] = healthRoutes(() => {
    throw new Error('only its address is asked for');
  });
  expect(dockerfile).toContain(`'http://127.0.0.1:${port}/api/v1${route?.path}'`);
  expect(dockerfile).toMatch(new RegExp(`^EXPOSE ${port} `, 'm'));
  const open = services.filter(({ ports }) => ports.length > 0);
  expect(open.map(({ ports }) => ports)).toEqual(Array.from({ length: 3 }, () => [`\${ENCREW_PORT:-${port}}:${port}`]));
});

test('there is one service for each kind of machine, and each keeps its data', () => {
  expect(services.map(({ profiles }) => profiles[0])).toEqual([
    ...['cpu', 'nvidia', 'vaapi'],
    ...['node', 'node-nvidia', 'node-vaapi'],
  ]);
  const dataDir = /ENCREW_DATA=(\S+)/.exec(dockerfile)?.[1] ?? '';
  for (const { volumes } of services) {
    const [name = '', place] = volumes[0]?.split(':') ?? [];
    expect(place).toBe(dataDir);
    expect(Object.keys(compose.volumes)).toContain(name);
  }
  expect(dockerfile).toMatch(new RegExp(`^VOLUME ${dataDir}$`, 'm'));
});

test('nobody is killed before what runs was ended in order', () => {
  const given = [
    ...units.map((unit) => Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])),
    ...services.map(({ stop_grace_period: period }) => Number.parseInt(period, 10)),
  ];
  // A server gives its own node 20 seconds (app/local-node.ts).
  const needed = Number(/stopWithinMs = (\d+)_000;/.exec(readProjectFile('src-main/app/local-node.ts'))?.[1]);
  expect(needed).toBeGreaterThan(0);
  expect(given).toHaveLength(8);
  for (const seconds of given) expect(seconds).toBeGreaterThanOrEqual(2 * needed);
});

/** What the real command line has against these words; nothing is started. */
async function faultsOf(words: readonly string[]): Promise<string[]> {
  const faults: string[] = [];
  const quiet = (command: Command): Command => command.action(() => {});
  const commands = [serveCommand('0'), nodeCommand('0'), ownerCommand(), inviteCommand()].map(quiet);
  await runProgram(
    words,
    { version: '0', commands },
    {
      complain: (line) => void faults.push(line),
      keepEvidence: () => null,
    },
  );
  return faults;
}
