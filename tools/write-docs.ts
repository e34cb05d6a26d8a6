// `npm run docs`: writes the pages that come from code. `npm run check` says when one is behind.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationReference } from '#platform/config/reference.ts';
import { sectionIndex } from './check-rfcs.ts';

const root = join(import.meta.dirname, '..');

function pages(): Record<string, string> {
  return { 'docs/configuration.md': configurationReference(), 'docs/rfc-sections.md': sectionIndex(root) };
}

export function checkWrittenDocs(): string[] {
  return Object.entries(pages()).flatMap(([file, text]) =>
    readPage(file) === text ? [] : [`${file}: is behind the code; \`npm run docs\` writes it`],
  );
}

function readPage(file: string): string {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch {
    return '';
  }
}

if (import.meta.main) for (const [file, text] of Object.entries(pages())) writeFileSync(join(root, file), text);
