import type { FindingCode } from '#shared/model/finding.ts';
import { typeFault } from './attribute-types.ts';
import { parseAttributeList } from './attribute-list.ts';
import type { Attributes, PlaylistFault } from './playlist-model.ts';
import { type TagSpec, tagTable } from './tag-table.ts';

/** A line that means something; comments and empty lines mean nothing. */
export type PlaylistLine =
  | { kind: 'uri'; line: number; uri: string }
  | { kind: 'tag'; line: number; name: string; spec: TagSpec; value: string; attributes: Attributes };

/** Splits a playlist into tags and URIs, and tells what breaks RFC 8216 4.1 and 4.2 in each line on its own. */
export function splitLines(text: string): { lines: PlaylistLine[]; faults: PlaylistFault[] } {
  const faults: PlaylistFault[] = [];
  const lines: PlaylistLine[] = [];
  const withoutMark = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (withoutMark !== text) {
    faults.push({
      code: 'playlist-byte-order-mark',
      severity: 'error',
      line: 1,
      message: 'begins with a byte order mark',
    });
  }
  const rows = withoutMark.split(/\r\n|\n/);
  if (rows[0] !== '#EXTM3U') {
    faults.push({ code: 'playlist-no-header', severity: 'error', line: 1, message: 'does not begin with #EXTM3U' });
  }
  rows.forEach((row, i) => {
    const line = i + 1;
    if (hasControlCharacter(row)) {
      const message = 'has a control character';
      faults.push({ code: 'playlist-control-character', severity: 'error', line, message });
    }
    if (row.trim() === '') return;
    if (!row.startsWith('#')) {
      if (row !== row.trim()) {
        faults.push({
          code: 'playlist-white-space',
          severity: 'error',
          line,
          message: 'a URI with white space around it',
        });
      }
      lines.push({ kind: 'uri', line, uri: row.trim() });
    } else if (row.startsWith('#EXT')) {
      const tag = readTag(row, line, faults);
      if (tag !== null) lines.push(tag);
    }
  });
  return { lines, faults };
}

function readTag(row: string, line: number, faults: PlaylistFault[]): PlaylistLine | null {
  const colon = row.indexOf(':');
  const name = (colon < 0 ? row.slice(1) : row.slice(1, colon)).trimEnd();
  const value = colon < 0 ? '' : row.slice(colon + 1).trimEnd();
  const spec = Object.hasOwn(tagTable, name) ? tagTable[name] : undefined;
  if (spec === undefined) {
    faults.push({ code: 'playlist-unknown-tag', severity: 'info', line, message: `${name} is no tag of RFC 8216` });
    return null;
  }
  const wrong = (code: FindingCode, message: string): void => {
    faults.push({ code, severity: 'error', line, message: `${name}: ${message}` });
  };
  if (spec.value === 'none' && value !== '') wrong('playlist-tag-value', 'takes no value');
  if (spec.value === 'integer' && !/^\d+$/.test(value)) wrong('playlist-tag-value', `"${value}" is no whole number`);
  if (spec.value === 'text' && value === '') wrong('playlist-tag-value', 'has no value');
  if (spec.value !== 'attributes') return { kind: 'tag', line, name, spec, value, attributes: new Map() };

  const list = parseAttributeList(value);
  for (const fault of list.faults) wrong(fault.code, fault.message);
  for (const [attribute, attributeSpec] of Object.entries(spec.attributes ?? {})) {
    const given = list.attributes.get(attribute);
    if (given === undefined) {
      if (attributeSpec.required) wrong('playlist-attribute-missing', `${attribute} is missing`);
      continue;
    }
    const fault = typeFault(given, attributeSpec.type);
    if (fault !== null) wrong('playlist-attribute-value', `${attribute}: ${fault}`);
  }
  return { kind: 'tag', line, name, spec, value, attributes: list.attributes };
}

/** RFC 8216 4.1: no control characters (U+0000 to U+001F, U+007F to U+009F) but the line ends. */
function hasControlCharacter(row: string): boolean {
  for (let i = 0; i < row.length; i += 1) {
    const code = row.charCodeAt(i);
    if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return true;
  }
  return false;
}
