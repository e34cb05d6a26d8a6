// The field that tells other programs what was found out about a message's origin, and whose word it is. RFC 8601.

import { FieldScanner } from './field-scanner.ts';
import {
  foldTraceField,
  formatQuoted,
  formatTraceAddress,
  formatTraceComment,
  formatTraceValue,
} from './trace-value.ts';

export interface MethodResult {
  readonly method: 'arc' | 'dkim' | 'dmarc' | 'spf';
  readonly result: string;
  /** For people. */
  readonly comment?: string | undefined;
  readonly reason?: string | undefined;
  /** `header.d` → `example.org`. */
  readonly properties: readonly (readonly [name: string, value: string])[];
}

/**
 *   authres-payload = authserv-id *( ";" resinfo )
 *   resinfo         = methodspec [ CFWS reasonspec ] [ CFWS 1*propspec ]
 *   methodspec      = method "=" result
 *   reasonspec      = "reason" "=" value
 *   propspec        = ptype "." property "=" pvalue
 */
export function formatAuthenticationResults(authservId: string, results: readonly MethodResult[]): string {
  return foldResults('Authentication-Results', [[formatTraceValue(authservId)], ...results.map(resultWords)]);
}

/** arc-authres-payload = instance ";" authres-payload — RFC 8617 §4.1.1. */
export function formatArcResults(instance: number, authservId: string, results: readonly MethodResult[]): string {
  const groups = [[`i=${instance};`, formatTraceValue(authservId)], ...results.map(resultWords)];
  return foldResults('ARC-Authentication-Results', groups);
}

function foldResults(name: string, groups: readonly (readonly string[])[]): string {
  const ended = groups.slice(0, -1).map((words) => [...words.slice(0, -1), `${words.at(-1)};`]);
  return foldTraceField(name, [...ended, ...groups.slice(-1)]);
}

function resultWords({ method, result, comment, reason, properties }: MethodResult): string[] {
  return [
    `${method}=${result}`,
    ...(comment === undefined ? [] : [formatTraceComment(comment)]),
    ...(reason === undefined ? [] : [`reason=${formatQuoted(reason)}`]),
    ...properties.map(([name, value]) => `${name}=${formatTraceAddress(value)}`),
  ];
}

/**
 *   authserv-id = value ; a token or a quoted-string, in lower case here
 * `undefined` where none can be read: nobody knows whose word such a field is taken for.
 */
export function readAuthservId(text: string): string | undefined {
  const scanner = new FieldScanner(text);
  scanner.skipCfws();
  const name = scanner.next === '"' ? scanner.quotedString() : scanner.word(DELIMITERS);
  return name === '' ? undefined : name.toLowerCase().replace(/\.$/, '');
}

const DELIMITERS: ReadonlySet<number> = new Set([...'();"=,'].map((sign) => sign.charCodeAt(0)));
