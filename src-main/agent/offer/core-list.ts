/** Numbers of cores as Linux and `taskset` list them: `0-3,6`. Ascending, each once; backward ranges are empty. */
export function readCoreList(text: string): number[] {
  const cores = new Set<number>();
  for (const part of text.trim().split(',')) {
    const range = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part);
    if (range === null) continue;
    const first = Number(range[1]);
    const last = Number(range[2] ?? range[1]);
    for (let core = first; core <= Math.min(last, mostCores); core++) cores.add(core);
  }
  return [...cores].sort((a, b) => a - b);
}

/** More than Linux can have. */
const mostCores = 8_191;

/** `taskset` takes `0,1,2,6` as well as `0-2,6`. */
export function writeCoreList(cores: readonly number[]): string {
  return cores.join(',');
}

/** The cores with least on them, `count` at most, ascending. */
export function leastUsed(cores: readonly number[], uses: ReadonlyMap<number, number>, count: number): number[] {
  const byUse = [...cores].sort((a, b) => (uses.get(a) ?? 0) - (uses.get(b) ?? 0) || a - b);
  return byUse.slice(0, count).sort((a, b) => a - b);
}
