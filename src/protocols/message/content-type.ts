// The MIME fields that say what a part is. RFC 2045 §5.1, RFC 2183 §2, RFC 3282 §2. Comments may stand anywhere.

import type { Parameter } from './envelope.ts';
import { characterCodes, FieldScanner } from './field-scanner.ts';
import { readParameters } from './parameters.ts';

export interface ContentType {
  /** Lower-case. */
  readonly type: string;
  readonly subtype: string;
  readonly parameters: readonly Parameter[];
}

export interface Disposition {
  /** Lower-case. */
  readonly type: string;
  readonly parameters: readonly Parameter[];
}

/** tspecials, RFC 2045 §5.1. */
const TSPECIALS = characterCodes('()<>@,;:\\"/[]?=');
const LANGUAGE_DELIMITERS = characterCodes(',;("');

/** What a part is that does not say so. RFC 2045 §5.2. */
export const DEFAULT_CONTENT_TYPE: ContentType = {
  type: 'text',
  subtype: 'plain',
  parameters: [['charset', 'us-ascii']],
};

/** content = type "/" subtype *(";" parameter); `undefined` where it is broken: the default holds then. */
export function findContentType(text: string): ContentType | undefined {
  const scanner = new FieldScanner(text);
  const type = readToken(scanner);
  scanner.skipCfws();
  if (type === '' || !scanner.take('/')) return undefined;
  const subtype = readToken(scanner);
  if (subtype === '') return undefined;
  return { type, subtype, parameters: readParameters(scanner) };
}

/** disposition = disposition-type *(";" disposition-parm) */
export function findDisposition(text: string): Disposition | undefined {
  const scanner = new FieldScanner(text);
  const type = readToken(scanner);
  return type === '' ? undefined : { type, parameters: readParameters(scanner) };
}

/** Content-Language = Language-List ; tags as written. */
export function parseLanguages(text: string): string[] {
  const scanner = new FieldScanner(text);
  const languages: string[] = [];
  while (!scanner.atEnd && languages.length < MAX_LANGUAGES) {
    scanner.skipCfws();
    const language = scanner.word(LANGUAGE_DELIMITERS);
    if (language !== '') languages.push(language);
    else scanner.at++;
  }
  return languages;
}

const MAX_LANGUAGES = 100;

/** mechanism of Content-Transfer-Encoding, upper-case. RFC 2045 §6.1. */
export function findEncoding(text: string): string | undefined {
  const token = readToken(new FieldScanner(text));
  return token === '' ? undefined : token.toUpperCase();
}

function readToken(scanner: FieldScanner): string {
  scanner.skipCfws();
  return scanner.word(TSPECIALS).toLowerCase();
}
