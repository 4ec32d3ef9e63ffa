/*
 * CSV by RFC 4180, for people who open it in a spreadsheet.
 */

/** One line with its CRLF; null is an empty cell. */
export function csvLine(cells: readonly (string | null)[]): string {
  return `${cells.map((cell) => csvCell(cell ?? '')).join(',')}\r\n`;
}

function csvCell(text: string): string {
  const harmless = startsFormula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Spreadsheets run what begins so as a formula, which can send the sheet away: anybody may choose a job's name (OWASP, CSV injection). */
const startsFormula = /^[=+\-@\t\r\n]/;
