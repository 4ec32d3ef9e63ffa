import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Upload } from 'tus-js-client';
import { expect, test } from 'vitest';
import { outputList } from '#shared/protocol/outputs.ts';
import { statistics } from '#shared/protocol/statistics.ts';
import { startServerProcess } from '../helpers/server-process.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { makeTwoLanguageFilm } from '../helpers/two-language-film.ts';
import { waitUntil } from '../helpers/wait-until.ts';

test('a film that is sent to the server becomes a package that is listed, played by ranges and counted', async () => {
  const folder = await temporaryFolder();
  const out = join(folder, 'out');
  const film = await readFile(await makeTwoLanguageFilm(folder));
  const server = await startServerProcess(join(folder, 'data'));
  const authorization = `Bearer ${server.token}`;
  const url = await new Promise<string | null>((resolve, reject) => {
    const upload = new Upload(film, {
      endpoint: `${server.url}/api/v1/uploads`,
      headers: { authorization },
      metadata: { filename: 'Sent film.mkv', sha256: createHash('sha256').update(film).digest('hex') },
      onSuccess: () => resolve(upload.url),
      onError: reject,
    });
    upload.start();
  });
  const uploadId = url?.split('/').at(-1) ?? '';
  const id = await server.addJob({ input: `upload:${uploadId}`, profile: 'draft', outputDir: out });
  const inUse = await server.ask('DELETE', `/uploads/${uploadId}`);
  expect(inUse.status).toBe(409);
  const job = await server.waitForState(id, 'completed');
  expect([job.input, job.output]).toEqual([
    join(folder, 'data', 'uploads', uploadId, 'Sent film.mkv'),
    join(out, 'Sent film', 'Sent film.m3u8'),
  ]);

  const listed = outputList.parse((await server.ask('GET', `/jobs/${id}/outputs?limit=200`)).body);
  expect(listed.entry).toBe('Sent film.m3u8');
  const master = listed.items.find(({ path }) => path === listed.entry);
  const whole = await readFile(join(out, 'Sent film', 'Sent film.m3u8'));
  const part = await fetch(`${server.url}${master?.url}`, { headers: { authorization, range: 'bytes=0-6' } });
  expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([
    206,
    `bytes 0-6/${whole.length}`,
    '#EXTM3U',
  ]);

  const packageBytes = listed.items.reduce(
    (sum, { path, sizeBytes }) => (isCertificate(path) ? sum : sum + sizeBytes),
    0,
  );
  const counted = async () => statistics.parse((await server.ask('GET', '/statistics')).body).day;
  await waitUntil('the package is counted', async () => (await counted()).outputBytes > 0);
  expect(await counted()).toMatchObject({ completed: 1, failed: 0, outputBytes: packageBytes });

  expect((await server.ask('DELETE', `/uploads/${uploadId}`)).status).toBe(204);
  expect(await server.stop()).toBe(0);
}, 90_000);

function isCertificate(path: string): boolean {
  return path.endsWith('.encrew.json');
}
