// A TOML file as text and as a document, or what is wrong with it, for a person: file, line, key, and what is right.

import { readFileSync } from 'node:fs';
import { parse, TomlError } from 'smol-toml';
import { describeMistake, type Mistake, type MistakeLanguage, mistake } from '#base/mistakes/mistake.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { DangerFinding } from '#mail/interlock/danger.ts';
import { describeDanger } from '#mail/interlock/danger-text.ts';
import { tomlMistake } from './toml-mistake.ts';

export interface ConfigComplaint {
  readonly file: string;
  readonly line: number | undefined;
  readonly key: string | undefined;
  readonly wrong: Mistake | DangerFinding;
}

export function describeComplaint({ file, line, key, wrong }: ConfigComplaint, language: MistakeLanguage): string {
  const place = `${file}${line === undefined ? '' : `:${line}`}: ${key === undefined ? '' : `${key}: `}`;
  return place + describeWrong(wrong, language);
}

export function describeWrong(wrong: ConfigComplaint['wrong'], language: MistakeLanguage): string {
  return isDanger(wrong) ? describeDanger(wrong, language) : describeMistake(wrong, language);
}

/** For the log. */
export function formatComplaint(complaint: ConfigComplaint): string {
  return describeComplaint(complaint, 'en');
}

export function isDanger(wrong: ConfigComplaint['wrong']): wrong is DangerFinding {
  return 'danger' in wrong;
}

export function readTomlText(file: string): Result<string, ConfigComplaint[]> {
  try {
    return ok(readFileSync(file, 'utf8'));
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const wrong = missing ? mistake('file-missing') : mistake('file-unreadable', { reason: String(cause) });
    return err([{ file, line: undefined, key: undefined, wrong }]);
  }
}

export function parseTomlText(text: string, file: string): Result<unknown, ConfigComplaint[]> {
  try {
    return ok(parse(text));
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    return err([{ file, line: cause.line, key: undefined, wrong: tomlMistake(cause) }]);
  }
}
