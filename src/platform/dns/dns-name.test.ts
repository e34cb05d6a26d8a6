import assert from 'node:assert/strict';
import { test } from 'node:test';
import { threadCpuMs } from '../../../test/world/cpu-time.ts';
import { readDnsMessage } from './dns-message.ts';
import { readName } from './dns-name.ts';

const RECORDS = 1_000;
const LABELS = 126;

/** Of a thousand records, each of which points at one name of as many labels as a name may have, without a sign for any. */
function longNames(): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(0x8180, 2);
  header.writeUInt16BE(RECORDS, 6);
  const name = Buffer.concat([...Array<Buffer>(LABELS).fill(Buffer.of(1, 1)), Buffer.of(0)]);
  const record = Buffer.concat([Buffer.of(0, 1, 0, 1, 0, 0, 0, 60, 0, 4), Buffer.of(192, 0, 2, 1)]);
  const others = Array<Buffer>(RECORDS - 1).fill(Buffer.concat([Buffer.of(0xc0, 12), record]));
  return Buffer.concat([header, name, record, ...others]);
}

test('[T9] a thousand names of a hundred labels delay nobody', () => {
  const message = longNames();
  const times = Array.from({ length: 10 }, () => {
    const before = threadCpuMs();
    assert.equal(readDnsMessage(message)?.answers.length, RECORDS);
    return threadCpuMs() - before;
  });
  assert.ok(Math.min(...times) < 25, times.join(' '));
});

test('names are read in lower case, and what text has no sign for is written by its number', () => {
  const labels = [Buffer.from('MaiL'), Buffer.of(0x2e, 0x20, 0xc0, 0x5c), Buffer.from('Test')];
  const wire = Buffer.concat([...labels.flatMap((label) => [Buffer.of(label.length), label]), Buffer.of(0)]);
  assert.deepEqual(readName(wire, 0), { name: 'mail.\\046\\032\\192\\092.test', end: wire.length });
});
