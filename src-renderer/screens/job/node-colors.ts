/** Each has 4.5:1 with white, and 3:1 with the page in light and dark; a number goes with each, for who sees no colours. */
const colors = ['#3b5bdb', '#0b7285', '#a61e4d', '#2b8a3e', '#862e9c', '#b3450f', '#5f3dc4', '#6b5b00'];

/** The colour of a node by its place among those that took part. */
export function nodeColor(place: number): string {
  return colors[place % colors.length] ?? '#3b5bdb';
}
