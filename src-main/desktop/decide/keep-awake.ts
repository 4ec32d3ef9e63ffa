import { type DeskFacts, isWorking } from './facts.ts';

/** Whether the machine must not fall asleep now: only while it encodes, and never to empty its battery. */
export function keepsAwake(facts: DeskFacts, { wanted, onBattery }: { wanted: boolean; onBattery: boolean }): boolean {
  if (!wanted || onBattery || facts.isFinishing) return false;
  return isWorking(facts) && facts.pause === null;
}
