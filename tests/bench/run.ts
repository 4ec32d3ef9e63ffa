import { browseFolderPage } from './browse-folder.ts';
import { checkTwoHours } from './check-two-hours.ts';
import { crewSimulation } from './crew-simulation.ts';
import { nextTask, progressUpdates } from './crew-load.ts';
import { hdrLadder } from './hdr-ladder.ts';
import { jobCpu } from './job-cpu.ts';
import { queue100k } from './queue-100k.ts';
import { queueFirstPaint, queueScrolling } from './queue-screen.ts';
import { type Figure, figureText, isMissed } from './report.ts';
import { serverMemory, serverRestart, submissions } from './server-load.ts';
import { statisticsFigure } from './statistics.ts';
import { serverShare, twoNodes } from './two-nodes.ts';
import { watchMillion } from './watch-million.ts';

/*
 * `npm run bench`: the figures of the design's section 6 that exist so far, as ratios taken in this run on this machine.
 * Names on the command line choose (`npm run bench -- hdr-ladder`); the exit code is 1 when a bound is missed.
 */
const benches: Readonly<Record<string, (print: (line: string) => void) => Promise<Figure>>> = {
  'job-cpu': jobCpu,
  'hdr-ladder': hdrLadder,
  'check-two-hours': checkTwoHours,
  'browse-folder': browseFolderPage,
  'queue-100k': queue100k,
  'queue-first-paint': queueFirstPaint,
  'queue-scrolling': queueScrolling,
  'server-memory': serverMemory,
  'server-restart': serverRestart,
  submissions,
  'progress-updates': progressUpdates,
  'next-task': nextTask,
  statistics: statisticsFigure,
  'watch-million': watchMillion,
  'two-nodes': twoNodes,
  'server-share': serverShare,
  'crew-simulation': crewSimulation,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => benches[name] === undefined);
if (unknown.length > 0) {
  process.stderr.write(`there is no bench ${unknown.join(', ')}: choose from ${Object.keys(benches).join(', ')}\n`);
  process.exit(2);
}
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stdout.write(`${name}\n`);
  const figure = await bench((line) => process.stdout.write(`  ${line}\n`));
  process.stdout.write(`${figureText(figure)}\n\n`);
  if (isMissed(figure)) process.exitCode = 1;
}
