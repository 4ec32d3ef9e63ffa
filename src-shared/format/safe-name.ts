/** Names that Windows gives to devices, whatever the extension and letter case. */
const deviceName =
  /^(?:con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3]|conin\$|conout\$|clock\$)(?=\.|\s|$)/i;

/**
 * Characters no name gets: separators and wildcards of Windows and POSIX, controls, what turns reading direction
 * (`gpj.exe` shown as `exe.jpg`), and non-characters that some file systems refuse.
 */
const unsafeCharacter =
  /[<>:"/\\|?*\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\p{Noncharacter_Code_Point}]/gu;

/** ext4, NTFS and APFS allow 255; the rest is for the endings that a package adds (`.eng.full_2.m3u8`). */
const defaultMaxBytes = 200;

/**
 * A file name that every file system takes, as near to `text` as can be: never empty, never `.` or `..`, never a device,
 * never an option (leading dash) nor hidden (leading dot), at most `maxBytes` of UTF-8 without cutting a character. Spaces stay. The same text
 * always gives the same name; different texts may give the same one.
 */
export function safeFileName(text: string, maxBytes = defaultMaxBytes): string {
  const plain = text.toWellFormed().normalize('NFC').trim().replace(unsafeCharacter, '_').replace(/^[-.]/, '_');
  const named = deviceName.test(plain) ? `_${plain}` : plain;
  const cut = trimEnd(cutToBytes(named, maxBytes));
  return cut === '' ? 'untitled' : cut;
}

/** Windows takes dots and spaces off the end of a name, and then finds another file. */
function trimEnd(name: string): string {
  return name.replace(/[.\s]+$/u, '');
}

function cutToBytes(name: string, maxBytes: number): string {
  const encoder = new TextEncoder();
  let bytes = 0;
  let cut = '';
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(name)) {
    bytes += encoder.encode(segment).length;
    if (bytes > maxBytes) break;
    cut += segment;
  }
  return cut;
}
