// The codec: what was written whole is read back, what was not is not, and nothing else ever is.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { AccountId } from '#mail/ports/account.ts';
import { threadCpuMs } from '../../../test/world/cpu-time.ts';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { encodeRecord, type JournalRecord, type MessageRecord } from './journal-record.ts';
import { frameHeader } from './record-frame.ts';
import { formatSegmentName, parseSegmentName, readSegment, SEGMENT_TITLE } from './segment.ts';

const plain = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<T>;
const octets = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
const account = fc.constantFrom('usuario1@valija.test', 'usuario2@valija.test').map((name) => name as AccountId);
const place = plain({
  mailbox: fc.string(),
  mailboxId: fc.stringMatching(/^[0-9a-f]{32}$/),
  uid: fc.nat(),
  baseName: fc.string(),
  systemFlags: fc.nat(31),
  keywords: fc.array(fc.string(), { maxLength: 3 }),
  internalDateMs: fc.nat(),
});
const message: fc.Arbitrary<JournalRecord> = plain({
  id: fc.string(),
  arrivedMs: fc.nat(),
  envelope: fc.string(),
  bodies: fc.array(
    fc.oneof(
      plain({ kind: fc.constant('octets' as const), octets }),
      plain({ kind: fc.constant('file' as const), file: fc.string(), sizeBytes: fc.nat() }),
      plain({ kind: fc.constant('file' as const), file: fc.string(), sizeBytes: fc.nat(), prefixBytes: fc.nat() }),
    ),
    { maxLength: 3 },
  ),
  filings: fc.array(
    fc
      .tuple(place, plain({ account, body: fc.nat(2), prefix: octets, recipients: fc.array(fc.string()) }))
      .map(([where, rest]) => ({ ...where, ...rest })),
    { maxLength: 3 },
  ),
}).map((record) => ({ kind: 'message', ...record }));
const record: fc.Arbitrary<JournalRecord> = fc.oneof(
  message,
  plain({ kind: fc.constant('gone' as const), account, baseNames: fc.array(fc.string()) }),
  plain({
    kind: fc.constantFrom('moved' as const, 'copied' as const),
    account,
    steps: fc.array(plain({ from: fc.string(), to: place }), { maxLength: 3 }),
  }),
  plain({ kind: fc.constant('mailbox-deleted' as const), account, mailboxId: fc.string() }),
);
const records = fc.array(record, { maxLength: 5 });
const salt = fc.nat(0xffff_ffff);

/** The segment's octets, and where each record ends. */
function write(list: readonly JournalRecord[], withSalt: number): { octets: Buffer; ends: number[] } {
  const pieces: Uint8Array[] = [SEGMENT_TITLE];
  const ends: number[] = [];
  for (const each of list) {
    const { type, pieces: payload } = encodeRecord(each);
    pieces.push(frameHeader(type, payload, withSalt), ...payload);
    ends.push(pieces.reduce((sum, { length }) => sum + length, 0));
  }
  return { octets: Buffer.concat(pieces), ends };
}

const read = (segment: Buffer, withSalt: number, promised?: number): JournalRecord[] =>
  readSegment(segment, withSalt, promised).records.map((each) => each.record);

describe('journal segment', () => {
  it('every prefix gives exactly the records whose octets are whole, and calls the rest a torn tail [C42]', (context) => {
    alwaysHolds(
      context,
      fc.property(records, salt, fc.double({ min: 0, max: 1, noNaN: true }), (list, withSalt, part) => {
        const { octets: whole, ends } = write(list, withSalt);
        const length = Math.round(part * whole.length);
        const complete = ends.filter((end) => end <= length).length;
        const reading = readSegment(whole.subarray(0, length), withSalt);
        assert.deepEqual(
          reading.records.map((each) => each.record),
          list.slice(0, complete),
        );
        assert.deepEqual(reading.damage, []);
        const ahead = readSegment(Buffer.concat([whole.subarray(0, length), Buffer.alloc(100)]), withSalt);
        assert.deepEqual([ahead.records.length, ahead.damage], [complete, []]);
        assert.deepEqual(read(whole, withSalt), list);
      }),
    );
  });

  it('a flipped bit costs the record it is in, never changes one, and is reported when others follow [T-crash 11]', (context) => {
    alwaysHolds(
      context,
      fc.property(records, salt, fc.nat(), (list, withSalt, where) => {
        const { octets: damaged, ends } = write(list, withSalt);
        if (list.length === 0) return;
        const bits = (damaged.length - SEGMENT_TITLE.length) * 8;
        const bit = where % bits;
        const at = SEGMENT_TITLE.length + (bit >> 3);
        damaged[at]! ^= 1 << (bit & 7);
        const hit = ends.findIndex((end) => at < end);
        const reading = readSegment(damaged, withSalt);
        assert.deepEqual(
          reading.records.map((each) => each.record),
          list.filter((_, i) => i !== hit),
        );
        assert.equal(reading.damage.length, hit === list.length - 1 ? 0 : 1);
      }),
    );
  });

  it('any octets at all: nothing is thrown, and nothing is read', (context) => {
    alwaysHolds(
      context,
      fc.property(fc.uint8Array({ maxLength: 500 }), salt, fc.boolean(), (bytes, withSalt, titled) => {
        const segment = Buffer.concat(titled ? [SEGMENT_TITLE, bytes] : [bytes]);
        assert.deepEqual(read(segment, withSalt), []);
      }),
    );
  });

  it('a message that holds the octets of a record is not taken for one, even where its own record is damaged', () => {
    const forged: MessageRecord = {
      kind: 'message',
      id: 'forged',
      arrivedMs: 0,
      envelope: '',
      bodies: [],
      filings: [],
    };
    const inner = write([forged], 0).octets.subarray(SEGMENT_TITLE.length);
    const carrier: MessageRecord = { ...forged, id: 'carrier', bodies: [{ kind: 'octets', octets: inner }] };
    const { octets: segment } = write([carrier, { ...forged, id: 'next' }], 0x1234_5678);
    segment[SEGMENT_TITLE.length + 20]! ^= 1;
    const ids = read(segment, 0x1234_5678).map((each) => each.kind === 'message' && each.id);
    assert.deepEqual(ids, ['next']);
  });

  it('behind the offset that the next segment gives nothing is read; what is missing before it is damage', () => {
    const list: JournalRecord[] = [1, 2, 3].map((i) => ({
      kind: 'gone',
      account: 'usuario1@valija.test' as AccountId,
      baseNames: [String(i)],
    }));
    const { octets: segment, ends } = write(list, 7);
    assert.deepEqual(read(segment, 7, ends[1]), list.slice(0, 2));
    assert.deepEqual(readSegment(segment, 7, ends[1]).damage, []);
    assert.deepEqual(readSegment(segment.subarray(0, ends[1]), 7, ends[2]).damage, [{ start: ends[1], end: ends[2] }]);
  });

  it('its name bears number and salt', () => {
    assert.equal(formatSegmentName({ sequence: 42, salt: 0x9f3a2b }), '0000000042-009f3a2b.journal');
    assert.deepEqual(parseSegmentName('0000000042-009f3a2b.journal'), { sequence: 42, salt: 0x9f3a2b });
    for (const other of ['0000000042-009f3a2b.journal.damaged', '42.journal', 'x']) {
      assert.equal(parseSegmentName(other), undefined);
    }
  });
});

it('[T-crash 11] a message full of what looks like records costs no start minutes when it is torn', () => {
  const body = Buffer.alloc(128 * 1024);
  for (let at = 0; at < body.length; at += 8) {
    body.writeUInt32BE(0xf5564c4a, at);
    // Each would end within the zeros that a segment grows by.
    body.writeUInt32LE(1_900_000, at + 4);
  }
  const salt = 7;
  const { type, pieces } = encodeRecord({
    kind: 'message',
    id: '4Abc',
    arrivedMs: 0,
    envelope: '{}',
    bodies: [{ kind: 'octets', octets: body }],
    filings: [],
  });
  const whole = Buffer.concat([SEGMENT_TITLE, frameHeader(type, pieces, salt), ...pieces]);
  assert.equal(readSegment(whole, salt).records.length, 1);
  const torn = Buffer.concat([whole.subarray(0, -1000), Buffer.alloc(2 * 1024 * 1024)]);
  const beganMs = threadCpuMs();
  assert.deepEqual(readSegment(torn, salt), { records: [], damage: [], endBytes: SEGMENT_TITLE.length });
  assert.ok(threadCpuMs() - beganMs < 5_000, `${threadCpuMs() - beganMs} ms`);
});
