// Keeps the code's references and docs/rfcs.md in step: references have one form (`RFC 5321 §4.1.1.3`), every RFC cited
// is a row there, and every row that says Yes or Partial is cited by code. The index of sections is the way back.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourceFiles } from './source-files.ts';

const REFERENCE = /\bRFC (\d{3,5})(?: §([0-9A-Z]+(?:\.[0-9]+)*))?/g;
/** `RFC822` is a word of IMAP's grammar. */
const BAD_FORM = /\b(?:RFC-?(?!822\b)\d{3,5}|rfc \d{3,5}|RFC \d{3,5},? (?:[Ss]ection|[Ss]ect\.))/g;
const ROW = /^\| (?:\[)?(\d{3,5})(?:\])?[^|]*\| [^|]* \| (Yes|Partial|No) \|/gm;

export function checkRfcs(root: string): string[] {
  const cited = new Map<string, string>();
  const complaints: string[] = [];
  for (const file of sourceFiles(root).filter((name) => name.startsWith('src/'))) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, number = ''] of text.matchAll(REFERENCE)) if (!cited.has(number)) cited.set(number, file);
    for (const [bad] of text.matchAll(BAD_FORM)) {
      complaints.push(`${file}: "${bad}" should read "RFC <number> §<section>"`);
    }
  }
  const rows = new Map<string, string>();
  for (const [, number = '', status = ''] of readFileSync(join(root, 'docs/rfcs.md'), 'utf8').matchAll(ROW)) {
    rows.set(number, status);
  }
  for (const [number, file] of cited) {
    if (!rows.has(number)) complaints.push(`${file}: cites RFC ${number}, which is no row of docs/rfcs.md`);
  }
  for (const [number, status] of rows) {
    if (status !== 'No' && !cited.has(number))
      complaints.push(`docs/rfcs.md: RFC ${number} says ${status}, but no code cites it`);
  }
  return complaints;
}

/** RFC and section → the files that implement it. */
export function sectionIndex(root: string): string {
  const places = new Map<string, Set<string>>();
  for (const file of sourceFiles(root).filter((name) => name.startsWith('src/') && !name.endsWith('.test.ts'))) {
    for (const [, number = '', section = ''] of readFileSync(join(root, file), 'utf8').matchAll(REFERENCE)) {
      const key = `${number.padStart(5, ' ')} ${section}`;
      places.set(key, (places.get(key) ?? new Set()).add(file));
    }
  }
  const rows = [...places].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  const lines = rows.map(([key, files]) => {
    const [number = '', section = ''] = key.trim().split(' ');
    const links = [...files].map((file) => `[${file.slice(4)}](../${file})`).join(', ');
    return `| ${number} | ${section} | ${links} |`;
  });
  return `# RFC sections and the files that read them\n\nWritten by \`npm run docs\`.\n\n| RFC | § | where |\n|---|---|---|\n${lines.join('\n')}\n`;
}
