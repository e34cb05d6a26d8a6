import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SectionItem } from '../fetch-item.ts';
import { FetchWriter, formatSectionName } from './fetch-writer.ts';
import { FlagTexts } from './flag-texts.ts';

const FLAGS = new FlagTexts((bits) => [...(bits & 1 ? ['\\Seen'] : []), ...(bits & 2 ? ['work'] : [])]);

const SECTION: SectionItem = {
  kind: 'section',
  section: { part: [], content: { kind: 'whole' } },
  partial: undefined,
  peek: false,
  answeredAs: 'BODY',
};

test('FETCH responses, one behind the other', () => {
  const writer = new FetchWriter();
  writer.begin(12);
  writer.uid(4827313);
  writer.flags(FLAGS, 1, false);
  writer.internalDate(Date.UTC(1996, 6, 17, 2, 44, 25));
  writer.sizeBytes(4286);
  writer.modSeq(1_700_000_000_000_000);
  writer.end();
  writer.begin(13);
  writer.flags(FLAGS, 3, true);
  writer.end();
  writer.begin(14);
  writer.envelope(Buffer.from('(NIL …)'));
  writer.bodyStructure(Buffer.from('("text")'), { extended: false });
  writer.bodyStructure(Buffer.from('("text")'), { extended: true });
  writer.end();
  assert.equal(
    writer.take().toString(),
    '* 12 FETCH (UID 4827313 FLAGS (\\Seen) INTERNALDATE "17-Jul-1996 02:44:25 +0000" RFC822.SIZE 4286 ' +
      'MODSEQ (1700000000000000))\r\n' +
      '* 13 FETCH (FLAGS (\\Seen work \\Recent))\r\n' +
      '* 14 FETCH (ENVELOPE (NIL …) BODY ("text") BODYSTRUCTURE ("text"))\r\n',
  );
  assert.equal(writer.length, 0);
});

test('sections: in one piece, announced, and not there', () => {
  const writer = new FetchWriter();
  writer.begin(1);
  writer.section({ ...SECTION, section: { part: [2], content: { kind: 'whole' } } }, Buffer.from('a\xff', 'latin1'));
  writer.section({ ...SECTION, section: { part: [9], content: { kind: 'mime' } } }, undefined);
  writer.section({ ...SECTION, answeredAs: 'RFC822.TEXT' }, Buffer.alloc(0));
  writer.sectionHead(SECTION, 1234);
  const text = writer.take().toString('latin1');
  assert.equal(text, '* 1 FETCH (BODY[2] {2}\r\na\xff BODY[9.MIME] NIL RFC822.TEXT {0}\r\n BODY[] {1234}\r\n');
});

test('a section is named as it was asked for; a partial bears its start', () => {
  const names = ['To', 'x y'];
  const cases: readonly (readonly [SectionItem, string])[] = [
    [SECTION, 'BODY[]'],
    [{ ...SECTION, peek: true, partial: { start: 0, lengthBytes: 10 } }, 'BODY[]<0>'],
    [{ ...SECTION, section: { part: [4, 2], content: { kind: 'header' } } }, 'BODY[4.2.HEADER]'],
    [{ ...SECTION, section: { part: [], content: { kind: 'text' } } }, 'BODY[TEXT]'],
    [
      { ...SECTION, section: { part: [1], content: { kind: 'header-fields', names, not: true } } },
      'BODY[1.HEADER.FIELDS.NOT (To "x y")]',
    ],
    [{ ...SECTION, answeredAs: 'RFC822.HEADER' }, 'RFC822.HEADER'],
  ];
  for (const [item, expected] of cases) assert.equal(formatSectionName(item), expected);
});

test('flag texts stay few, whatever bits a client sets', () => {
  let asked = 0;
  const texts = new FlagTexts((bits) => {
    asked++;
    return [String(bits)];
  });
  for (let bits = 0; bits < 10_000; bits++) assert.equal(texts.find(bits, false).toString(), `(${bits})`);
  assert.equal(texts.find(9999, false), texts.find(9999, false));
  assert.equal(asked, 10_000);
});
