import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHeaderFields } from '#protocols/message/header-fields.ts';
import { readArcChain } from './arc-chain.ts';

function set(instance: number | string): string {
  return [
    `ARC-Seal: a=rsa-sha256; i=${instance}; cv=none; b=x`,
    `ARC-Message-Signature:\r\n\ti = ${instance} ; h=from; b=i=9`,
    `ARC-Authentication-Results: i=${instance}; example.org; dkim=pass header.i=@example.org`,
    '',
  ].join('\r\n');
}

function read(header: string): string[] | undefined {
  const block = parseHeaderFields(Buffer.from(`${header}From: ana@example.org\r\n\r\n`));
  return readArcChain(block)?.map((fields) => fields.map(({ name }) => name.slice(4, 6)).join(' '));
}

test('sets are found by their numbers, the oldest first, each in the order in which it is sealed', () => {
  assert.deepEqual(read(''), []);
  assert.deepEqual(read(set(1)), ['Au Me Se']);
  const block = parseHeaderFields(Buffer.from(`${set(2)}${set(1)}`));
  const [first] = readArcChain(block) ?? [];
  assert.equal(
    block.octets.toString('latin1', first?.[0].range.start, first?.[0].range.end).slice(0, 34),
    'ARC-Authentication-Results: i=1; ex'.slice(0, 34),
  );
  assert.deepEqual(read(`${set(10)}${[9, 8, 7, 6, 5, 4, 3, 2, 1].map(set).join('')}`)?.length, 10);
});

test('what has a gap, something twice, or no number is no chain', () => {
  for (const header of [
    set(2),
    set(0),
    `${set(3)}${set(1)}`,
    `${set(1)}${set(1)}`,
    set(1).replace(/^ARC-Seal.*\r\n/, ''),
    set('x'),
    set(''),
    set(101),
    set('1 1'),
    set(1).replace('i=1; example.org', 'example.org'),
    `${set(1)}ARC-Seal: i=2; cv=pass; b=x\r\n`,
  ]) {
    assert.equal(read(header), undefined, header);
  }
});
