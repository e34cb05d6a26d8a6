// One line of Dovecot's auth protocols: fields between tabs. What would end a field, or the line, is escaped; so no name that
// a stranger chose can begin a field of its own. Dovecot, Design.AuthProtocol.
//
//   line  = field *( TAB field ) LF
//   field = *( octet / escaped )          ; UTF-8 here
//   escaped = %x01 ( "0" / "1" / "t" / "r" / "n" )

import { decodeUtf8 } from '#protocols/sasl/identity.ts';

export const MAX_AUTH_LINE_FIELDS = 64;

const ESCAPED: Readonly<Record<string, string>> = { '\0': '0', '\x01': '1', '\t': 't', '\r': 'r', '\n': 'n' };
const MEANT: Readonly<Record<string, string>> = { 0: '\0', 1: '\x01', t: '\t', r: '\r', n: '\n' };

/** Without the LF; `undefined` where it is no UTF-8, has too many fields, or escapes what nobody escapes. */
export function parseAuthLine(line: Buffer): readonly string[] | undefined {
  const text = decodeUtf8(line);
  if (text === undefined || text.includes('\0') || text.includes('\r')) return undefined;
  const fields = text.split('\t', MAX_AUTH_LINE_FIELDS + 1);
  if (fields.length > MAX_AUTH_LINE_FIELDS) return undefined;
  return /\x01(?![01trn])/.test(text) ? undefined : fields.map(unescapeField);
}

export function formatAuthLine(fields: readonly string[]): string {
  return `${fields.map(escapeField).join('\t')}\n`;
}

function escapeField(text: string): string {
  return text.replace(/[\0\x01\t\r\n]/g, (octet) => `\x01${ESCAPED[octet]}`);
}

function unescapeField(text: string): string {
  return text.includes('\x01') ? text.replace(/\x01([01trn])/g, (_, letter: string) => MEANT[letter] ?? '') : text;
}

/** `name=value`, or a bare name, whose value is empty. The first one of a name counts. */
export function readParameters(fields: readonly string[]): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const field of fields) {
    const equals = field.indexOf('=');
    const name = equals === -1 ? field : field.slice(0, equals);
    if (!parameters.has(name)) parameters.set(name, equals === -1 ? '' : field.slice(equals + 1));
  }
  return parameters;
}

/** A request's number, chosen by the client: 32 bits. */
export function parseRequestId(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  const id = Number(text);
  return id <= 0xffff_ffff ? id : undefined;
}
