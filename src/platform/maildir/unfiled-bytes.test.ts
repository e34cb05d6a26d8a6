// Who waits when so much is promised that is not filed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PromisedMail, type PromisedMessage } from './promised-mail.ts';
import { UnfiledBytes } from './unfiled-bytes.ts';

const MIB = 1024 * 1024;

function someMessage(body: PromisedMessage['body']): PromisedMessage {
  const filing = { prefix: Buffer.alloc(0) } as unknown as PromisedMessage['filing'];
  return { filing, body, durable: Promise.resolve(), isDurable: true, filed: () => undefined };
}

const inMemory = someMessage({ kind: 'octets', octets: Buffer.alloc(MIB) });
const inJournal = someMessage({ kind: 'journal', sizeBytes: MIB, read: () => Buffer.alloc(0) });
const inFile = someMessage({ kind: 'file', path: '/nowhere', sizeBytes: MIB });

for (const { where, message, much, most } of [
  { where: 'in memory', message: inMemory, much: 32, most: 64 },
  { where: 'in the journal', message: inJournal, much: 192, most: 256 },
  { where: 'in files of the journal', message: inFile, much: 192, most: 256 },
]) {
  test(`${where} it is much above ${much} MiB, and full above ${most}`, () => {
    const unfiled = new UnfiledBytes();
    const states: (readonly [boolean, boolean])[] = [];
    for (let i = 0; i <= most; i++) {
      unfiled.add(message);
      states.push([unfiled.isMuch, unfiled.isFullBeside([])]);
    }
    assert.deepEqual(states[much - 1], [false, false]);
    assert.deepEqual(states[much], [true, false]);
    assert.deepEqual(states[most - 1], [true, false]);
    assert.deepEqual(states[most], [true, true]);
    unfiled.remove(message);
    assert.equal(unfiled.isFullBeside([]), false);
  });
}

test('what waits for a home that cannot be written is not counted', () => {
  const unfiled = new UnfiledBytes();
  const stuck = new PromisedMail();
  for (let i = 0; i < 100; i++) {
    unfiled.add(inMemory);
    stuck.add(inMemory);
  }
  assert.equal(unfiled.isFullBeside([]), true);
  assert.equal(unfiled.isFullBeside([{ promised: stuck }]), false);
  unfiled.addElsewhere(70 * MIB);
  assert.equal(unfiled.isFullBeside([{ promised: stuck }]), true);
});
