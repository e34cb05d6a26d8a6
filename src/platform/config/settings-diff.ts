// What differs between two configurations, setting by setting, as TOML writes them. Secrets are compared and never shown.

import type { Result } from '#base/result.ts';
import { ok } from '#base/result.ts';
import { type ConfigComplaint, parseTomlText } from './toml-text.ts';

export interface SettingChange {
  /** `mynetworks`, `listen smtp 127.0.0.1:2025, message_size_limit`. */
  readonly key: string;
  /** `undefined`: it is not written there. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

const SECRET = /secret|pass|hmac/;
const NOT_SHOWN = '(not shown)';

export function diffSettings(
  before: { readonly text: string; readonly name: string },
  after: { readonly text: string; readonly name: string },
): Result<SettingChange[], ConfigComplaint[]> {
  const documents = [before, after].map(({ text, name }) => parseTomlText(text, name));
  const wrong = documents.find((document) => !document.ok);
  if (wrong !== undefined && !wrong.ok) return wrong;
  const [was, is] = documents.map((document) => flatten(document.ok ? document.value : {}));
  if (was === undefined || is === undefined) return ok([]);
  const keys = [...new Set([...was.keys(), ...is.keys()])];
  return ok(
    keys
      .filter((key) => was.get(key) !== is.get(key))
      .map((key) => ({ key, before: shown(key, was.get(key)), after: shown(key, is.get(key)) })),
  );
}

function shown(key: string, value: string | undefined): string | undefined {
  return value !== undefined && SECRET.test(key) ? NOT_SHOWN : value;
}

/** Every value under a name that stays the same wherever in the file it stands. */
function flatten(document: unknown): Map<string, string> {
  const values = new Map<string, string>();
  for (const [key, value] of Object.entries(document as object)) {
    if (isListOfTables(value)) {
      for (const [at, table] of value.entries()) put(values, `${key} ${nameOf(table, at)}, `, table);
    } else if (isTable(value)) put(values, `${key}.`, value);
    else values.set(key, JSON.stringify(value));
  }
  return values;
}

function put(values: Map<string, string>, prefix: string, table: object): void {
  for (const [key, value] of Object.entries(table)) values.set(prefix + key, JSON.stringify(value));
}

/** Listeners by what they serve and where, whichever comes first in the file. */
function nameOf(table: object, at: number): string {
  const { service, address = '127.0.0.1', port } = table as Readonly<Record<string, unknown>>;
  return service === undefined ? String(at + 1) : `${service} ${address}:${port}`;
}

function isTable(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOfTables(value: unknown): value is object[] {
  return Array.isArray(value) && value.length > 0 && value.every(isTable);
}
