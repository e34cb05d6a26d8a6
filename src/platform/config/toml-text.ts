// A TOML file as text and as a document, or what is wrong with it, for a person: file, line, key, and what is right.

import { readFileSync } from 'node:fs';
import { parse, TomlError } from 'smol-toml';
import { err, ok, type Result } from '#base/result.ts';

export interface ConfigComplaint {
  readonly file: string;
  readonly line: number | undefined;
  readonly key: string | undefined;
  readonly message: string;
}

export function formatComplaint({ file, line, key, message }: ConfigComplaint): string {
  return `${file}${line === undefined ? '' : `:${line}`}: ${key === undefined ? '' : `${key}: `}${message}`;
}

export function readTomlText(file: string): Result<string, ConfigComplaint[]> {
  try {
    return ok(readFileSync(file, 'utf8'));
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const message = missing ? 'there is no such file' : `it cannot be read: ${String(cause)}`;
    return err([{ file, line: undefined, key: undefined, message }]);
  }
}

export function parseTomlText(text: string, file: string): Result<unknown, ConfigComplaint[]> {
  try {
    return ok(parse(text));
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const message = cause.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '') ?? '';
    return err([{ file, line: cause.line, key: undefined, message: `this is not TOML: ${message}` }]);
  }
}
