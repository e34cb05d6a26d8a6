// Sections of a message: `[1.2.HEADER.FIELDS (To)]<0.100>`. RFC 3501 §6.4.5, §9 (section).

import { DIGIT } from '#base/scanner.ts';
import type { BodySection, SectionContent } from '#protocols/message/body-section.ts';
import type { Partial, SectionItem } from '../fetch-item.ts';
import { HEADER_FIELDS } from '../limits.ts';
import type { CommandScanner } from './command-scanner.ts';
import { expectAstring, expectNumber, expectNzNumber, takeWord } from './strings.ts';

export const WHOLE_MESSAGE: SectionItem = {
  kind: 'section',
  section: { part: [], content: { kind: 'whole' } },
  partial: undefined,
  peek: false,
  answeredAs: 'BODY',
};

// section ["<" number "." nz-number ">"]
export function expectBodySection(scanner: CommandScanner, { peek }: { peek: boolean }): SectionItem {
  const section = expectSection(scanner);
  return { kind: 'section', section, partial: eatPartial(scanner), peek, answeredAs: 'BODY' };
}

// section      = "[" [section-spec] "]"
// section-spec = section-msgtext / (section-part ["." section-text])
// section-part = nz-number *("." nz-number)
function expectSection(scanner: CommandScanner): BodySection {
  scanner.expect('[');
  const part: number[] = [];
  let content: SectionContent = { kind: 'whole' };
  if (!scanner.sees(']')) {
    do {
      if (scanner.seesOneOf(DIGIT)) part.push(expectNzNumber(scanner));
      else {
        content = expectSectionText(scanner, part.length > 0);
        break;
      }
    } while (scanner.eat('.'));
  }
  scanner.expect(']');
  return { part, content };
}

// section-msgtext = "HEADER" / "HEADER.FIELDS" [".NOT"] SP header-list / "TEXT"
// section-text    = section-msgtext / "MIME"
function expectSectionText(scanner: CommandScanner, ofPart: boolean): SectionContent {
  switch (takeWord(scanner)) {
    case 'HEADER':
      return { kind: 'header' };
    case 'HEADER.FIELDS':
      return { kind: 'header-fields', names: expectHeaderList(scanner), not: false };
    case 'HEADER.FIELDS.NOT':
      return { kind: 'header-fields', names: expectHeaderList(scanner), not: true };
    case 'TEXT':
      return { kind: 'text' };
    case 'MIME':
      if (!ofPart) scanner.fail('MIME needs a part number');
      return { kind: 'mime' };
    default:
      scanner.fail('Unknown section');
      return { kind: 'whole' };
  }
}

// header-list = "(" header-fld-name *(SP header-fld-name) ")"
function expectHeaderList(scanner: CommandScanner): string[] {
  scanner.expect(' (');
  const names: string[] = [];
  do names.push(expectAstring(scanner));
  while (scanner.eat(' '));
  if (names.length > HEADER_FIELDS) scanner.refuse('LIMIT', 'Too many header fields');
  scanner.expect(')');
  return names;
}

// "<" number "." nz-number ">"
function eatPartial(scanner: CommandScanner): Partial | undefined {
  if (!scanner.eat('<')) return undefined;
  const start = expectNumber(scanner);
  scanner.expect('.');
  const lengthBytes = expectNzNumber(scanner);
  scanner.expect('>');
  return { start, lengthBytes };
}
