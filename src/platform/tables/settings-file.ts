// The file that a table in a database is named by: `name = value`, in the form of main.cf.

import { trimBlanks } from '#mail/routing/aliases/quoted-text.ts';
import { logicalLines } from './logical-lines.ts';

/** Throws an Error with file and line for what is no setting, or none of these. */
export function readSettingsFile(text: string, file: string, names: readonly string[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const refuse = (line: number, complaint: string): never => {
    throw new Error(`${file}:${line}: ${complaint.replace('; ignored', '')}`);
  };
  for (const { line, text: content } of logicalLines(text, refuse)) {
    const equals = content.indexOf('=');
    const name = trimBlanks(content.slice(0, Math.max(0, equals)));
    if (name === '') return refuse(line, 'expected format: name = value');
    if (!names.includes(name)) return refuse(line, `"${name}" is not known; there are ${names.join(', ')}`);
    values.set(name, trimBlanks(content.slice(equals + 1)));
  }
  return values;
}

/** `host1 host2,host3`. */
export function listOf(values: ReadonlyMap<string, string>, name: string, usual = ''): string[] {
  return (values.get(name) ?? usual).split(/[\s,]+/).filter((text) => text !== '');
}
