import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pairedServerPath } from '#main/agent/paired-server.ts';
import { nodeCommand } from '#main/cli/node.ts';
import { runProgram } from '#main/cli/program.ts';
import { claimFolder } from '#main/platform/folder-claim.ts';
import { identityPath, openIdentity } from '#main/platform/identity.ts';
import { inviteText, newInviteCode } from '#main/platform/invite-code.ts';
import { joinBench, newIdentity } from '../helpers/join-bench.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

/** The command in this process: only for what it refuses. */
async function refused(dataDir: string, args: readonly string[]): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  const words = { complain: (line: string) => void lines.push(line), keepEvidence: () => null };
  const argv = ['node', '--no-mdns', '--data', dataDir, ...args];
  const running = runProgram(argv, { version: '1.0.0', commands: [nodeCommand('1.0.0')] }, words);
  // A command lets go of the channel to who started it; here that is the test runner's, which is still needed.
  process.channel?.ref();
  return { code: await running, lines };
}

test('codes that are no good any more, or never were, are refused in one line, and nothing is remembered', async () => {
  const bench = await joinBench();
  const data = await temporaryFolder();
  const [used, old] = [await bench.invite(), await bench.invite()];
  await bench.join(await newIdentity('another'), used);
  const come = (code: string) => refused(data, ['--server', bench.url, '--code', code]);
  const another = 'make another with encrew invite';
  expect(await come(inviteText(used))).toEqual({ code: 2, lines: [`this code was used already: ${another}`] });
  expect(await come(inviteText(newInviteCode()))).toEqual({
    code: 2,
    lines: [`this server does not know this code: look at it again, or ${another}`],
  });
  bench.clock.advance(10 * 60_000);
  expect(await come(inviteText(old))).toEqual({ code: 2, lines: [`this code has expired: ${another}`] });
  expect(await readdir(data)).toEqual(['identity.json']);
});

test('a server that is not there is told in one line', async () => {
  const args = ['--server', 'http://127.0.0.1:1', '--code', inviteText(newInviteCode())];
  expect(await refused(await temporaryFolder(), args)).toEqual({
    code: 2,
    lines: [expect.stringMatching(/^can't reach the server at https:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/)],
  });
});

test('options that make no sense are refused in one line', async () => {
  const data = join(await temporaryFolder(), 'node');
  const code = inviteText(newInviteCode());
  const address = 'Give an address such as http://192.168.1.5:7420.';
  const refusals: [readonly string[], string][] = [
    [['--code', code], '--code needs the --server that it is for'],
    [
      ['--server', 'http://127.0.0.1:1'],
      'this node does not know that server yet: give its --code too (encrew invite)',
    ],
    [
      ['--server', 'http://a', '--code', '1234'],
      "option '--code <code>' argument '1234' is invalid. Give the five groups of four letters and digits that encrew invite printed.",
    ],
    ...['ftp://a', 'a:7420/x', 'http://u:p@a', 'http://a/x', 'http://a?x'].map((url): [string[], string] => [
      ['--server', url, '--code', code],
      `option '--server <url>' argument '${url}' is invalid. ${address}`,
    ]),
    [['--name', ' '], "option '--name <name>' argument ' ' is invalid. Give 1 to 100 characters."],
  ];
  for (const [args, line] of refusals) expect(await refused(data, args)).toEqual({ code: 2, lines: [line] });
});

test('a folder that is in use, and damaged files in it, are told of and left as they are', async () => {
  const data = join(await temporaryFolder(), 'node');
  await mkdir(data);
  await writeFile(pairedServerPath(data), '{"format":1}');
  expect(await refused(data, [])).toEqual({
    code: 2,
    lines: [`${pairedServerPath(data)} does not say which server this node works for: pair it anew`],
  });
  expect(await readFile(pairedServerPath(data), 'utf8')).toBe('{"format":1}');
  await writeFile(identityPath(data), '{');
  expect(await refused(data, [])).toEqual({
    code: 2,
    lines: [
      `${identityPath(data)} holds no usable identity: restore it from a backup, or delete it and pair every node anew`,
    ],
  });
  expect(await readFile(identityPath(data), 'utf8')).toBe('{');
  const claim = await claimFolder(data);
  expect(await refused(data, [])).toEqual({
    code: 2,
    lines: [expect.stringMatching(/^another Encrew \(process \d+ on .*\) has .*: stop it, or name another --data$/)],
  });
  if (claim.ok) await claim.release();
});

test('an identity that the desktop app has sealed is told of in one line, and left as it is', async () => {
  const data = await temporaryFolder();
  await openIdentity(data, 'Den', { key: Buffer.alloc(32, 1), isWanted: true });
  const sealed = await readFile(identityPath(data));
  const what = `${identityPath(data)} is sealed with a key from the system's keychain`;
  const how = 'start the app, or switch the keychain off there (Settings, This computer)';
  expect(await refused(data, [])).toEqual({
    code: 2,
    lines: [`${what}, which only the desktop app asks for: ${how}`],
  });
  expect([await readFile(identityPath(data)), await readdir(data)]).toEqual([sealed, ['identity.json']]);
});
