/** A short name made from a title (`my-phone`) that no other profile has, as a recipe's `name` may be written. */
export function freeName(title: string, taken: readonly string[]): string {
  const plain = title.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const words = plain.split(/[^a-z0-9]+/).filter((word) => word !== '');
  const name = words.length === 0 ? 'profile' : words.join('-').slice(0, 60).replace(/-+$/, '');
  for (let n = 1; ; n += 1) {
    const wanted = n === 1 ? name : `${name}-${n}`;
    if (!taken.includes(wanted)) return wanted;
  }
}
