import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { jobList } from '#shared/protocol/jobs.ts';
import { testLan, whyNoLan } from '../helpers/network-namespace.ts';
import { barriers, house } from '../helpers/screens.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { makeTwoLanguageFilm } from '../helpers/two-language-film.ts';

/*
 * The server takes nothing from its own machine, so another one of the house has the film.
 */

const program = fileURLToPath(new URL('../process/programs/serve-file.mjs', import.meta.url));

describe.skipIf(whyNoLan !== null)(`a house with another machine (${whyNoLan ?? 'of namespaces'})`, () => {
  const lan = testLan();
  // Nobody encodes: what was added stays as it is.
  const home = house(['--no-node']);

  test('a film is fetched from another machine by its address, is followed also after a reload, and becomes a job', async () => {
    const film = await makeTwoLanguageFilm(await temporaryFolder());
    const nas = await serveFilm(film);
    const { page, faults } = await home().visit('/add');
    await page.getByLabel('Path of a film or folder on the server').fill(`${nas.url}/films/Two%20languages.mkv?key=1`);
    await page.keyboard.press('Enter');
    const progress = page.getByRole('progressbar', { name: 'How much of Two languages.mkv was fetched' });
    await progress.and(page.locator('[aria-valuenow="49"]')).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.reload();
    await progress.and(page.locator('[aria-valuenow="49"]')).waitFor();
    nas.sendRest();
    await page.getByText(/^On the server · /).waitFor();
    const plan = page.getByRole('region', { name: 'What you will get' });
    await plan.getByText('160 × 90', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Start encoding' }).click();
    await page.waitForURL(/\/jobs\//);
    await page.getByRole('heading', { name: 'Two languages', level: 1 }).waitFor();
    const [job] = jobList.parse((await home().server().ask('GET', '/jobs')).body).items;
    expect(page.url()).toContain(job?.id);
    expect(job?.input).toMatch(/Two languages\.mkv$/);
    expect((await readFile(job?.input ?? '')).equals(await readFile(film))).toBe(true);
    await page.goto('/queue');
    await page.getByRole('row', { name: 'Two languages' }).waitFor();
    expect(faults).toEqual([]);
  });

  /** Half of a film; the rest when it is told. */
  async function serveFilm(film: string): Promise<{ url: string; sendRest: () => void }> {
    const { address, wrap } = await lan().addMachine('nas');
    const [command = 'ip', ...inside] = wrap;
    const child = spawn(command, [...inside, process.execPath, program, address, film], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [port] = await once(child.stdout, 'data');
    return { url: `http://${address}:${String(port).trim()}`, sendRest: () => void child.stdin.write('\n') };
  }
});
