/** One figure of design section 6: what was measured against what, and the bound it must keep. */
export type Figure = { name: string; value: number; unit: string; bound: number; detail: string };

/** A line a person can read and a script can parse: `name: value unit (bound <= b) ok|MISSED`. */
export function figureText({ name, value, unit, bound, detail }: Figure): string {
  const verdict = value <= bound ? 'ok' : 'MISSED';
  return `${name}: ${value.toFixed(3)} ${unit} (bound <= ${bound}) ${verdict}\n  ${detail}`;
}
