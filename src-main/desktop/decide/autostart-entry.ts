import { hiddenFlag } from './arrivals.ts';

/** Words that the system starts the app with. */
export const autostartArgs: readonly string[] = [hiddenFlag];

/**
 * The file in `~/.config/autostart` by which desktops of Linux start a program with the session (Desktop Application Autostart
 * Specification). `executable` is absolute. Null for a path that no such file can hold.
 */
export function autostartEntry(executable: string): string | null {
  // Desktop Entry Specification: a line holds no line end.
  if (/[\n\r\0]/.test(executable)) return null;
  return `${[
    '[Desktop Entry]',
    'Type=Application',
    'Name=Encrew',
    `Exec=${quoted(executable)} ${hiddenFlag}`,
    'Icon=encrew',
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
  ].join('\n')}\n`;
}

/** "The Exec key": quoted, with four characters escaped, the backslash once more for the file's own rules; `%` begins a field. */
function quoted(text: string): string {
  const escaped = text.replace(/["`$\\]/g, (character) => `\\${character}`).replaceAll('\\', '\\\\');
  return `"${escaped.replaceAll('%', '%%')}"`;
}
