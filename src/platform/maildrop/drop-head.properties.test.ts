import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { parseDropHead } from './drop-head.ts';

test('[T8] the first line of a dropped file, which any user may write, is a head or says why not', (context) => {
  const object = fc.dictionary(
    fc.constantFrom('version', 'sender', 'recipients', 'from', 'fullName', 'dsn', '__proto__', 'x'),
    fc.oneof(
      fc.constantFrom(1, null, '', 'a@example.org', {}),
      fc.integer(),
      fc.array(fc.constantFrom('a@example.org', 7)),
    ),
  );
  const line = fc.oneof(
    object.map((fields) => Buffer.from(JSON.stringify({ version: 1, ...fields }))),
    fc.uint8Array({ maxLength: 200 }).map((octets) => Buffer.from(octets)),
  );
  alwaysHolds(
    context,
    fc.property(line, (octets) => {
      const head = parseDropHead(octets);
      if (!head.ok) assert.notEqual(head.error, '');
    }),
  );
});
