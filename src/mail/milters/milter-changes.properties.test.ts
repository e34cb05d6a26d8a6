// Whatever octets a milter writes: a field stays one field, and a body ends where it ends [T2].

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseHeaderFields } from '#protocols/message/header-fields.ts';
import { FUZZ_SEED } from '../../../test/world/generated-inputs.ts';
import { FieldList, listFields } from './field-list.ts';
import { LineEndMender } from './line-end-mender.ts';

/** Mostly what ends lines and fields. */
const nastyOctet = fc.oneof(fc.constantFrom(...[...Buffer.from('\r\n\r\n .:\tAb')]), fc.integer({ min: 1, max: 255 }));
const nasty = fc.array(nastyOctet, { maxLength: 60 }).map((octets) => Buffer.from(octets));
const edit = fc.record({
  kind: fc.constantFrom('add', 'insert', 'change'),
  name: fc.oneof(nasty, fc.constantFrom('X-A', 'From', 'Subject').map(Buffer.from)),
  value: nasty,
  index: fc.integer({ min: 0, max: 6 }),
  keepsSpace: fc.boolean(),
});

const MESSAGE = Buffer.from('From: a\r\nSubject: b\r\n c\r\nX-A: d\r\n');

test('fields that a milter wrote are read back as those fields, and no others [T2]', () => {
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 8 }), (edits) => {
      const { octets, fields } = parseHeaderFields(MESSAGE);
      const list = new FieldList([], listFields(octets, fields));
      for (const { kind, index, ...field } of edits) {
        if (kind === 'add') list.add(field);
        else if (kind === 'insert') list.insert(index, field);
        else list.change(Math.max(1, index), field);
      }
      const written = Buffer.concat(list.shown.map((field) => field.octets));
      const read = parseHeaderFields(Buffer.concat([written, Buffer.from('\r\nbody')]));
      assert.deepEqual(
        read.fields.map(({ name }) => name),
        list.shown.map(({ name }) => name),
      );
      assert.equal(read.bodyStart, written.length + 2);
      assert.doesNotMatch(written.toString('latin1'), /\r(?!\n)|(?<!\r)\n|\n[ \t]*\r\n/);
    }),
    { seed: FUZZ_SEED, numRuns: 300 },
  );
});

test('a body has CRLF alone, however it comes in pieces [T2]', () => {
  fc.assert(
    fc.property(fc.array(nasty, { maxLength: 6 }), (pieces) => {
      const mender = new LineEndMender();
      const mended = Buffer.concat([...pieces.map((piece) => mender.mend(piece)), mender.end()]).toString('latin1');
      const whole = Buffer.concat(pieces)
        .toString('latin1')
        .replace(/\r\n|\r|\n/g, '\r\n');
      assert.equal(mended, whole === '' || whole.endsWith('\r\n') ? whole : `${whole}\r\n`);
    }),
    { seed: FUZZ_SEED, numRuns: 300 },
  );
});
