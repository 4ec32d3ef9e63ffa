/** One figure of design section 6: what was measured against what, and the bound it must keep. */
export type Figure = {
  name: string;
  value: number;
  unit: string;
  bound: number;
  /** The more the better: the bound is the least. */
  isFloor?: boolean;
  detail: string;
};

/** Whether a figure does not keep its bound. */
export function isMissed({ value, bound, isFloor = false }: Figure): boolean {
  return isFloor ? value < bound : value > bound;
}

/** A line a person can read and a script can parse: `name: value unit (bound <= b) ok|MISSED`. */
export function figureText(figure: Figure): string {
  const { name, value, unit, bound, isFloor = false, detail } = figure;
  const verdict = isMissed(figure) ? 'MISSED' : 'ok';
  return `${name}: ${value.toFixed(3)} ${unit} (bound ${isFloor ? '>=' : '<='} ${bound}) ${verdict}\n  ${detail}`;
}
