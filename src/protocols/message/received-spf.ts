// What SPF said when the message came in, and by which facts. RFC 7208 §9.1.

import { FieldScanner } from './field-scanner.ts';
import { foldTraceField, formatTraceComment, formatTraceValue } from './trace-value.ts';

export interface ReceivedSpf {
  readonly result: string;
  readonly comment: string;
  /** `client-ip` → `192.0.2.1`. */
  readonly pairs: readonly (readonly [key: string, value: string])[];
}

/**
 *   header-field   = "Received-SPF:" [CFWS] result FWS [comment FWS] [ key-value-list ] CRLF
 *   key-value-list = key-value-pair *( ";" [CFWS] key-value-pair ) [";"]
 *   key-value-pair = key [CFWS] "=" ( dot-atom / quoted-string )
 */
export function formatReceivedSpf({ result, comment, pairs }: ReceivedSpf): string {
  const words = pairs.map(([key, value]) => `${key}=${formatTraceValue(value)};`);
  return foldTraceField('Received-SPF', [[result, ...formatTraceComment(comment).split(/ +/)], words]);
}

/** Who says so, in lower case: the `receiver` among the pairs. */
export function readSpfReceiver(text: string): string | undefined {
  const scanner = new FieldScanner(text);
  while (!scanner.atEnd) {
    scanner.skipCfws();
    const word = scanner.next === '"' ? scanner.quotedString() : scanner.word(DELIMITERS);
    scanner.skipCfws();
    if (scanner.take('=') && word.toLowerCase() === 'receiver') return readValue(scanner);
    if (word === '' && !scanner.atEnd) scanner.at++;
  }
  return undefined;
}

function readValue(scanner: FieldScanner): string {
  scanner.skipCfws();
  const value = scanner.next === '"' ? scanner.quotedString() : scanner.word(DELIMITERS);
  return value.toLowerCase().replace(/\.$/, '');
}

const DELIMITERS: ReadonlySet<number> = new Set([...'();"=,'].map((sign) => sign.charCodeAt(0)));
