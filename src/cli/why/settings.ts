// A setting as it is now, and the line of `valija.toml` that says so: what a decision rests on can be gone to and changed.

import { readFileSync } from 'node:fs';
import type { FindSetting } from '#mail/journey/story.ts';
import { findKeyLine } from '#platform/config/key-lines.ts';
import type { Config } from '#platform/config/schema.ts';

const LONGEST_VALUE_CHARS = 120;

export function openSettingFinder(file: string, config: Config): FindSetting {
  const values = new Map<string, unknown>(Object.entries(config));
  const text = readText(file);
  const lines = text.split('\n');
  return (name, element) => {
    if (!values.has(name)) return undefined;
    const line = findKeyLine(text, [name]);
    const value = formatValue(values.get(name));
    if (line === undefined) return { value, place: undefined };
    return { value, place: { file, line: element === undefined ? line : findElementLine(lines, line, element) } };
  };
}

/** A long list has a line for each of its entries; else it is the line of its name. What led here through a class comes first. */
function findElementLine(lines: readonly string[], keyLine: number, element: string): number {
  const [entry = ''] = element.split(' → ');
  for (const [at, line] of lines.slice(keyLine - 1).entries()) {
    if (line.includes(entry)) return keyLine + at;
    if (line.trimEnd().endsWith(']')) break;
  }
  return keyLine;
}

/** It was read a moment ago, as settings; where it is gone meanwhile there are no lines. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function formatValue(value: unknown): string {
  const text = value === undefined ? '""' : JSON.stringify(value);
  return text.length > LONGEST_VALUE_CHARS ? `${text.slice(0, LONGEST_VALUE_CHARS - 1)}…` : text;
}
