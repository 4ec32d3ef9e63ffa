/** A number from 0 up to 1 that spreads what would otherwise happen at one moment. Never for secrets. */
export function systemChance(): number {
  return Math.random();
}
