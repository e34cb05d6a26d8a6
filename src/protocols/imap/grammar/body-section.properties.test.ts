import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SectionContent } from '#protocols/message/body-section.ts';
import { alwaysHolds } from '../../../../test/world/generated-inputs.ts';
import type { SectionItem } from '../fetch-item.ts';
import { formatSectionName } from '../format/fetch-writer.ts';
import { STRICT } from '../quirks.ts';
import { parseCommand } from './parse-command.ts';

const number = fc.integer({ min: 1, max: 0xffffffff });
const name = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => /^[\x20-\x7e]+$/.test(text));
const content: fc.Arbitrary<SectionContent> = fc.oneof(
  fc.constantFrom('whole' as const, 'header' as const, 'text' as const, 'mime' as const).map((kind) => ({ kind })),
  fc
    .tuple(fc.array(name, { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([names, not]) => ({ kind: 'header-fields' as const, names, not })),
);
const item: fc.Arbitrary<SectionItem> = fc
  .tuple(fc.array(number, { maxLength: 4 }), content, fc.option(fc.tuple(fc.nat(), number)), fc.boolean())
  .filter(([part, { kind }]) => part.length > 0 || kind !== 'mime')
  .map(([part, content, partial, peek]) => ({
    kind: 'section',
    section: { part, content },
    partial: partial === null ? undefined : { start: partial[0], lengthBytes: partial[1] },
    peek,
    answeredAs: 'BODY',
  }));

test('every section is read back from the name it is answered by', (context) => {
  alwaysHolds(
    context,
    fc.property(item, (expected) => {
      // The answer says neither PEEK nor how much was asked for.
      const { peek, partial } = expected;
      const asked = formatSectionName(expected)
        .replace(/^BODY/, peek ? 'BODY.PEEK' : 'BODY')
        .replace(/<\d+>$/, `<${partial?.start}.${partial?.lengthBytes}>`);
      const result = parseCommand([{ kind: 'text', text: `a FETCH 1 (${asked})` }], STRICT);
      assert.ok(result.ok && result.value.command.kind === 'fetch', asked);
      assert.deepEqual(result.value.command.items, [expected]);
    }),
  );
});
