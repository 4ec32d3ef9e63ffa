import type { Attributes, AttributeValue } from './playlist-model.ts';

export type AttributeListFault = { code: 'playlist-attribute-syntax' | 'playlist-attribute-repeated'; message: string };

/**
 * Reads an attribute list, RFC 8216 4.2. What can't be read is skipped up to the next comma, and told. The first of two
 * values of the same name counts.
 */
export function parseAttributeList(text: string): { attributes: Attributes; faults: AttributeListFault[] } {
  const attributes = new Map<string, AttributeValue>();
  const faults: AttributeListFault[] = [];
  const syntax = (message: string): void => {
    faults.push({ code: 'playlist-attribute-syntax', message });
  };
  let at = 0;
  while (at < text.length) {
    const equals = text.indexOf('=', at);
    if (equals < 0) {
      syntax(`"${text.slice(at)}" is no NAME=value`);
      break;
    }
    const name = text.slice(at, equals);
    if (!/^[A-Z0-9-]+$/.test(name)) {
      syntax(
        /^\s+[A-Z0-9-]+$/.test(name)
          ? `white space before ${name.trim()}`
          : `"${name}" is no attribute name (A-Z, 0-9, -)`,
      );
    }
    const value = readValue(text, equals + 1);
    if (value.fault !== null) syntax(`${name.trim()}: ${value.fault}`);
    if (attributes.has(name.trim())) {
      faults.push({ code: 'playlist-attribute-repeated', message: `${name.trim()} stands there twice` });
    } else {
      attributes.set(name.trim(), { text: value.text, isQuoted: value.isQuoted });
    }
    at = value.next;
    if (at === text.length && text.endsWith(',')) syntax('a comma at the end');
  }
  return { attributes, faults };
}

type ReadValue = AttributeValue & { next: number; fault: string | null };

function readValue(text: string, from: number): ReadValue {
  if (text[from] === '"') {
    const close = text.indexOf('"', from + 1);
    if (close < 0)
      return { text: text.slice(from + 1), isQuoted: true, next: text.length, fault: 'the quote is not closed' };
    const comma = text.indexOf(',', close);
    const next = comma < 0 ? text.length : comma + 1;
    const between = text.slice(close + 1, comma < 0 ? text.length : comma);
    const fault = between === '' ? null : `"${between}" after the closing quote`;
    return { text: text.slice(from + 1, close), isQuoted: true, next, fault };
  }
  const comma = text.indexOf(',', from);
  const end = comma < 0 ? text.length : comma;
  const value = text.slice(from, end);
  const fault = value === '' ? 'no value' : /["\s]/.test(value) ? `"${value}" has a quote or white space inside` : null;
  return { text: value, isQuoted: false, next: comma < 0 ? text.length : comma + 1, fault };
}
