/** `attachment` with a name: plain for old programs, and whole as RFC 8187 writes it (RFC 6266 4.3). */
export function attachment(fileName: string): string {
  const text = fileName.toWellFormed();
  const plain = text.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_');
  const whole = encodeURIComponent(text).replaceAll(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}
