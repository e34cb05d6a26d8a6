// Parameters of MIME fields, and RFC 2231's way to split them and to name their charset. In a description a split value
// is joined again and an encoded one keeps its form under `name*`, as Dovecot shows them; `findParameter` decodes.
//
//   parameter  = attribute "=" value           ; RFC 2045 §5.1
//   attribute "*" section ["*"] "=" …          ; RFC 2231 §3, §4.1

import { decodeCharset } from './charset.ts';
import { decodeEncodedWords } from './encoded-word.ts';
import type { Parameter } from './envelope.ts';
import { characterCodes, type FieldScanner } from './field-scanner.ts';
import { MAX_PARAMETERS } from './limits.ts';

const NAME_DELIMITERS = characterCodes('();="');
/** Less than RFC 2045's tspecials: boundaries with `=`, `/` and `:` stand unquoted in live mail. */
const VALUE_DELIMITERS = characterCodes(';"');

/** *(";" parameter), tolerant: names without a value and values without quotes are passed over or taken as far as clear. */
export function readParameters(scanner: FieldScanner): Parameter[] {
  const written: Parameter[] = [];
  while (!scanner.atEnd && written.length < MAX_PARAMETERS) {
    scanner.skipCfws();
    if (scanner.take(';')) continue;
    const name = scanner.word(NAME_DELIMITERS).toLowerCase();
    scanner.skipCfws();
    if (scanner.take('=')) {
      const value = readValue(scanner);
      if (name !== '') written.push([name, value]);
    } else if (name === '' && !scanner.atEnd && scanner.next !== ';') {
      // A stray quote or bracket.
      scanner.at++;
    }
  }
  return joinContinuations(written);
}

function readValue(scanner: FieldScanner): string {
  scanner.skipCfws();
  if (scanner.next === '"') return scanner.quotedString();
  return scanner.word(VALUE_DELIMITERS);
}

interface Section {
  readonly value: string;
  /** Percent-encoded: its name ended in `*`. */
  readonly encoded: boolean;
}

/** `name*0="a"; name*1="b"` → `name="ab"`; where a section is percent-encoded, all of it is, as `name*`. */
function joinContinuations(written: readonly Parameter[]): Parameter[] {
  const sections = new Map<string, Map<number, Section>>();
  const order: (Parameter | string)[] = [];
  for (const parameter of written) {
    const split = /^([^*]+)\*(\d{1,5})(\*?)$/.exec(parameter[0]);
    if (split === null) {
      order.push(parameter);
      continue;
    }
    const [, base = '', index = '', star = ''] = split;
    let ofBase = sections.get(base);
    if (ofBase === undefined) {
      ofBase = new Map();
      sections.set(base, ofBase);
      order.push(base);
    }
    if (!ofBase.has(Number(index))) ofBase.set(Number(index), { value: parameter[1], encoded: star === '*' });
  }
  return order.map((entry) => (typeof entry === 'string' ? joinSections(entry, sections.get(entry)) : entry));
}

/** From section 0 on without a gap; a value that does not begin with 0 begins with its lowest. */
function joinSections(base: string, sections: ReadonlyMap<number, Section> = new Map()): Parameter {
  const values: Section[] = [];
  const start = sections.has(0) ? 0 : Math.min(...sections.keys());
  for (let i = start; ; i++) {
    const section = sections.get(i);
    if (section === undefined) break;
    values.push(section);
  }
  if (!values.some((section) => section.encoded)) return [base, values.map((section) => section.value).join('')];
  const encoded = values.map((section) => (section.encoded ? section.value : percentEncode(section.value))).join('');
  // Without a charset in the first section the value would be read as having one.
  return [`${base}*`, values[0]?.encoded ? encoded : `''${encoded}`];
}

/** The decoded value: `name*` first (RFC 2231 §4), else `name`, whose encoded words are decoded as all clients do. */
export function findParameter(parameters: readonly Parameter[], name: string): string | undefined {
  const wanted = name.toLowerCase();
  const extended = parameters.find(([known]) => known === `${wanted}*`)?.[1];
  if (extended !== undefined) return decodeExtendedValue(extended);
  const plain = parameters.find(([known]) => known === wanted)?.[1];
  return plain === undefined ? undefined : decodeEncodedWords(plain);
}

/** extended-value = charset "'" [language] "'" *(ext-octet / attribute-char) */
function decodeExtendedValue(value: string): string {
  const first = value.indexOf("'");
  const second = first === -1 ? -1 : value.indexOf("'", first + 1);
  if (second === -1) return decodeCharset(percentDecode(value), 'utf-8');
  return decodeCharset(percentDecode(value.slice(second + 1)), value.slice(0, first));
}

function percentDecode(text: string): Buffer {
  const pieces: Buffer[] = [];
  let from = 0;
  for (const match of text.matchAll(/(?:%[0-9a-fA-F]{2})+/g)) {
    pieces.push(Buffer.from(text.slice(from, match.index)), Buffer.from(match[0].replaceAll('%', ''), 'hex'));
    from = match.index + match[0].length;
  }
  pieces.push(Buffer.from(text.slice(from)));
  return Buffer.concat(pieces);
}

function percentEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/['()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
}

/** One parameter as a header bears it: a token or a quoted string, RFC 2231 where it is not ASCII. */
export function formatParameter(name: string, value: string): string {
  if (/[^\x20-\x7e]/.test(value)) return `${name}*=UTF-8''${percentEncode(value)}`;
  return /^[\w.+-]+$/.test(value) ? `${name}=${value}` : `${name}="${value.replace(/["\\]/g, '\\$&')}"`;
}
