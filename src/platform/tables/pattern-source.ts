// A file of patterns as a table that is read anew when it changes.

import { cidrPatterns } from './cidr-patterns.ts';
import type { Lookup } from './lookup.ts';
import { parsePatternFile } from './pattern-file.ts';
import { pcrePatterns, posixPatterns } from './regex-patterns.ts';
import { readTableFile, stampText } from './table-file.ts';
import type { TableSource } from './table-source.ts';

export type PatternType = 'cidr' | 'regexp' | 'pcre';

const PARSERS: Readonly<Record<PatternType, (text: string, file: string) => Promise<Lookup>>> = {
  cidr: (text, file) => parsePatternFile(text, file, cidrPatterns),
  regexp: (text, file) => parsePatternFile(text, file, posixPatterns),
  pcre: (text, file) => parsePatternFile(text, file, pcrePatterns),
};

export function patternSource(type: PatternType, path: string): TableSource {
  return {
    fingerprint: () => stampText([path]),
    load: async () => ({ lookup: await PARSERS[type]((await readTableFile(path)).toString(), path) }),
  };
}
