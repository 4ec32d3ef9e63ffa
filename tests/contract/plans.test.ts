import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planRoutes } from '#main/api/routes/plans.ts';
import { type Actor, RequestRefused } from '#main/api/route.ts';
import { foreseer } from '#main/app/foresee.ts';
import { newCrew } from '#main/fleet/crew.ts';
import { builtInProfiles } from '#main/media/profile/built-in.ts';
import { readProfile } from '#main/media/profile/profile-faults.ts';
import { systemClock } from '#main/platform/clock.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { planView } from '#shared/protocol/plans.ts';
import { aCrewMember } from '#tests/helpers/a-crew-member.ts';
import { builtIn } from '#tests/helpers/a-plan.ts';
import { aQueue } from '#tests/helpers/a-queue.ts';
import { operator, serveApi, viewer } from '#tests/helpers/serve-api.ts';
import { newFolder } from '#tests/helpers/temporary-folder.ts';
import { thisFfmpeg } from '#tests/helpers/this-ffmpeg.ts';
import { makeTwoLanguageFilm } from '#tests/helpers/two-language-film.ts';

let films = '';
let film = '';
beforeAll(async () => {
  films = await newFolder();
  film = await makeTwoLanguageFilm(films);
});
afterAll(() => rm(films, { recursive: true, force: true }));

async function aBench(actor: Actor = operator) {
  const queue = await aQueue();
  const crew = newCrew();
  const deps = { queue, crew, clock: systemClock, log: silentLogger, tools: await thisFfmpeg() };
  const routes = planRoutes({
    queue,
    rules: { builtIn: builtInProfiles, read: readProfile },
    allowInput: async (_actor, input) => {
      if (!input.startsWith(films)) throw new RequestRefused('ENC-STO-002', `not ${input}`);
      return input;
    },
    foresee: foreseer(deps),
  });
  const api = await serveApi(routes, { actor });
  return { crew, queue, post: (input: string, set = {}) => api.post('/plans', { input, profile: 'draft', ...set }) };
}

/** One language only: the other track is dropped. */
const englishOnly = {
  ...builtIn('draft'),
  name: 'english-only',
  audio: { ...builtIn('draft').audio, languages: ['eng'], otherLanguages: 'drop' },
};

test('a plan tells what is made, what is dropped and why, and adds no job', async () => {
  const { post, queue } = await aBench();
  const answer = await post(film, { profile: englishOnly });
  expect(answer).toMatchObject({ status: 200, problem: null });
  const plan = planView.parse(answer.body);
  expect(plan).toMatchObject({
    ...{ name: 'two languages', container: 'hls', chunks: 1, isAtMost: true, encodeSec: null },
    video: [{ id: 'video_160x90', width: 160, height: 90, codec: 'h264', encoder: 'libx264', dynamicRange: 'sdr' }],
    audio: [{ language: 'eng', codec: 'aac', isCopy: false, bitrateBps: 56_000, isDefault: true }],
    subtitles: [
      { language: 'eng', kind: 'full' },
      { language: 'jpn', formats: ['ass', 'vtt'] },
    ],
    extras: { chapters: 2, attachments: 1, original: false },
  });
  const dropped = plan.decisions.filter(({ action }) => action === 'drop');
  expect(dropped).toContainEqual({
    action: 'drop',
    subject: 'stream 2',
    because: 'language-not-wanted',
    detail: 'German is not among eng.',
  });
  expect(plan.source.streams[2]).toMatchObject({ index: 2, kind: 'sound', language: 'ger', codec: 'flac' });
  expect(await queue.db.selectFrom('job').select('id').execute()).toEqual([]);
});

test('how long it takes is told once somebody has done such work', async () => {
  const { post, crew } = await aBench();
  const member = aCrewMember('n1');
  crew.join({ ...member, speeds: new Map([['libx264', 0.5]]) });
  const answer = await post(film);
  expect(planView.parse(answer.body).encodeSec).toBeGreaterThan(0);
});

test('what can not be planned is refused with one clear line', async () => {
  const { post } = await aBench();
  const noise = join(films, 'noise.mkv');
  await writeFile(noise, 'no film at all');
  await mkdir(join(films, 'folder'), { recursive: true });
  const lines = [];
  for (const [input, set] of [
    [noise, {}],
    [join(films, 'none.mkv'), {}],
    [join(films, 'folder'), {}],
    ['/etc/passwd', {}],
    [film, { profile: 'nothing' }],
  ] as const) {
    const { status, problem } = await post(input, set);
    lines.push(`${status} ${problem?.code} ${String(problem?.details).replaceAll(films, '')}`);
  }
  expect(lines).toEqual([
    '422 ENC-JOB-007 "noise.mkv" can\'t be used: FFmpeg finds no film or sound in it; choose a media file',
    '400 ENC-JOB-002 /none.mkv: there is no such file on the server: check the path',
    '400 ENC-JOB-002 /folder is a folder: give a film, or make a batch of it',
    '403 ENC-STO-002 not /etc/passwd',
    '400 ENC-JOB-003 there is no profile "nothing": GET /profiles lists them',
  ]);
});

test('who only looks may not have films read', async () => {
  const { post } = await aBench(viewer);
  expect((await post(film)).status).toBe(403);
});
