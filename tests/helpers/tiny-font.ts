/*
 * Fonts of a few hundred bytes with just the tables that naming and mapping need (OpenType 1.9). Every character has the
 * same empty glyph: what is tested is who has a glyph, not how it looks.
 */

export type TinyFont = {
  /** By Windows language id (0x409 is English, 0x411 Japanese). */
  families?: Record<number, string>;
  subfamily?: string;
  fullName?: string;
  postscriptName?: string;
  weight?: number;
  italic?: boolean;
  characters?: string;
  /** A cmap of platform 3 encoding 0, its characters at U+F000. */
  symbol?: boolean;
  /** Leaves tables out. */
  without?: string[];
};

export function tinyFont(font: TinyFont = {}): Uint8Array {
  return sfnt(tablesOf(font), 0);
}

/** A TrueType collection. */
export function tinyCollection(...fonts: TinyFont[]): Uint8Array {
  const headerLength = 12 + 4 * fonts.length;
  const parts: Uint8Array[] = [];
  const offsets: number[] = [];
  let at = headerLength;
  for (const font of fonts) {
    offsets.push(at);
    const part = sfnt(tablesOf(font), at);
    parts.push(part);
    at += part.length;
  }
  const header = bytes((w) => {
    w.text('ttcf');
    w.u32(0x00010000);
    w.u32(fonts.length);
    for (const offset of offsets) w.u32(offset);
  });
  return concat([header, ...parts]);
}

/** WOFF 1.0 with its tables stored, not packed. */
export function tinyWoff(font: TinyFont = {}): Uint8Array {
  const tables = Object.entries(tablesOf(font)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  let at = 44 + 20 * tables.length;
  const directory: Uint8Array[] = [];
  for (const [tag, table] of tables) {
    const offset = at;
    directory.push(
      bytes((w) => {
        w.text(tag);
        w.u32(offset);
        w.u32(table.length);
        w.u32(table.length);
        w.u32(0);
      }),
    );
    at += padded(table).length;
  }
  const total = at;
  const header = bytes((w) => {
    w.text('wOFF');
    w.u32(0x00010000);
    w.u32(total);
    w.u16(tables.length);
    w.u16(0);
    w.u32(total);
    for (let i = 0; i < 6; i += 1) w.u32(0);
  });
  return concat([header, ...directory, ...tables.map(([, table]) => padded(table))]);
}

function tablesOf(font: TinyFont): Record<string, Uint8Array> {
  const families = font.families ?? { 0x409: 'Tiny' };
  const { subfamily = 'Regular', weight = 400, italic = false, characters = 'ABC', symbol = false } = font;
  const english = families[0x409] ?? Object.values(families)[0] ?? '';
  const names: [number, number, string][] = [
    ...Object.entries(families).map(([language, name]): [number, number, string] => [Number(language), 1, name]),
    [0x409, 2, subfamily],
    [0x409, 4, font.fullName ?? `${english} ${subfamily}`],
    [0x409, 6, font.postscriptName ?? `${english}-${subfamily}`.replaceAll(' ', '')],
  ];
  const glyphs = [...new Set(characters)].map((c) => c.codePointAt(0) ?? 0).toSorted((a, b) => a - b);
  const tables: Record<string, Uint8Array> = {
    'OS/2': os2(weight, italic),
    cmap: cmap(symbol ? glyphs.map((c) => 0xf000 + c) : glyphs, symbol ? 0 : 10),
    glyf: new Uint8Array(4),
    head: head(weight >= 600, italic),
    hhea: hhea(),
    hmtx: bytes((w) => {
      w.u16(500);
      w.u16(0);
    }),
    loca: new Uint8Array(2 * (glyphs.length + 2)),
    maxp: bytes((w) => {
      w.u32(0x00005000);
      w.u16(glyphs.length + 1);
    }),
    name: nameTable(names),
  };
  for (const tag of font.without ?? []) delete tables[tag];
  return tables;
}

function sfnt(tables: Record<string, Uint8Array>, fileOffset: number): Uint8Array {
  const entries = Object.entries(tables).toSorted(([a], [b]) => (a < b ? -1 : 1));
  let at = fileOffset + 12 + 16 * entries.length;
  const header = bytes((w) => {
    w.u32(0x00010000);
    w.u16(entries.length);
    for (let i = 0; i < 3; i += 1) w.u16(0);
    for (const [tag, table] of entries) {
      w.text(tag);
      w.u32(0);
      w.u32(at);
      w.u32(table.length);
      at += padded(table).length;
    }
  });
  return concat([header, ...entries.map(([, table]) => padded(table))]);
}

function nameTable(names: readonly [number, number, string][]): Uint8Array {
  const texts = names.map(([, , text]) => bytes((w) => [...text].forEach((c) => w.u16(c.charCodeAt(0)))));
  let offset = 0;
  const header = bytes((w) => {
    w.u16(0);
    w.u16(names.length);
    w.u16(6 + 12 * names.length);
    for (const [i, [language, id]] of names.entries()) {
      const length = texts[i]?.length ?? 0;
      for (const field of [3, 1, language, id, length, offset]) w.u16(field);
      offset += length;
    }
  });
  return concat([header, ...texts]);
}

/** One format 12 group a character. */
function cmap(codePoints: readonly number[], encoding: number): Uint8Array {
  return bytes((w) => {
    for (const field of [0, 1, 3, encoding]) w.u16(field);
    w.u32(12);
    w.u16(12);
    w.u16(0);
    w.u32(16 + 12 * codePoints.length);
    w.u32(0);
    w.u32(codePoints.length);
    for (const [i, codePoint] of codePoints.entries()) {
      w.u32(codePoint);
      w.u32(codePoint);
      w.u32(i + 1);
    }
  });
}

function os2(weight: number, italic: boolean): Uint8Array {
  const table = new Uint8Array(96);
  const view = new DataView(table.buffer);
  view.setUint16(0, 4);
  view.setUint16(4, weight);
  view.setUint16(6, 5);
  view.setUint16(62, (italic ? 1 : 0) | (weight >= 600 ? 32 : 0));
  return table;
}

function head(bold: boolean, italic: boolean): Uint8Array {
  const table = new Uint8Array(54);
  const view = new DataView(table.buffer);
  view.setUint32(0, 0x00010000);
  view.setUint32(12, 0x5f0f3cf5);
  view.setUint16(18, 1000);
  view.setUint16(44, (bold ? 1 : 0) | (italic ? 2 : 0));
  return table;
}

function hhea(): Uint8Array {
  const table = new Uint8Array(36);
  const view = new DataView(table.buffer);
  view.setUint32(0, 0x00010000);
  view.setUint16(34, 1);
  return table;
}

type Writer = { u16(value: number): void; u32(value: number): void; text(value: string): void };

function bytes(write: (writer: Writer) => void): Uint8Array {
  const out: number[] = [];
  write({
    u16: (value) => out.push((value >> 8) & 255, value & 255),
    u32: (value) => out.push((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255),
    text: (value) => out.push(...[...value].map((c) => c.charCodeAt(0))),
  });
  return Uint8Array.from(out);
}

function padded(table: Uint8Array): Uint8Array {
  return concat([table, new Uint8Array((4 - (table.length % 4)) % 4)]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
