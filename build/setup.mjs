import { findNode } from './setup/node-24.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { ensurePrograms } from './setup/programs.mjs';
import { SetupFailed, say } from './setup/say.mjs';

/**
 * Brings a machine that has only Node 18 or newer with npm to where Encrew runs, and says what it does on stderr. Costs a few
 * milliseconds when all is there.
 * @param {object} need
 * @param {boolean} need.development also what tests and checks use
 * @param {readonly import('./setup/system-packages.mjs').SystemPackage[]} need.programs
 * @param {boolean} need.goOnWithoutPrograms for whoever reports what is missing better than a refusal does
 * @returns {Promise<{ node: string }>} the Node to run on. Rejects with SetupFailed.
 */
export async function setUp(need) {
  await ensurePackages({ development: need.development });
  const node = findNode();
  try {
    await ensurePrograms(need.programs);
  } catch (error) {
    if (!need.goOnWithoutPrograms || !(error instanceof SetupFailed)) throw error;
    say(error.message);
  }
  return { node };
}
