import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addrSpec } from '../../../test/world/directory.ts';
import { literalTable, patternTable } from '../../../test/world/tables.ts';
import { splitExtension } from './address-extension.ts';
import { addressKeys, findInTables, transportKeys } from './address-lookup.ts';
import { readAddress } from './address-text.ts';

const PLUS = { recipient_delimiter: '+', owner_request_special: true };
const texts = (keys: readonly { text: string }[]) => keys.map(({ text }) => text);

test('the keys of an address, in the order of virtual(5)', () => {
  assert.deepEqual(texts(addressKeys(addrSpec('ana+x@valija.test'), PLUS, true)), [
    'ana+x@valija.test',
    'ana@valija.test',
    'ana+x',
    'ana',
    '@valija.test',
  ]);
  assert.deepEqual(texts(addressKeys(addrSpec('ana@valija.test'), PLUS, false)), ['ana@valija.test', '@valija.test']);
});

test('the keys of an address, in the order of transport(5)', () => {
  assert.deepEqual(texts(transportKeys(addrSpec('ana+x@a.example.org'), PLUS)), [
    'ana+x@a.example.org',
    'ana@a.example.org',
    'a.example.org',
    '.example.org',
    '.org',
    '*',
  ]);
  assert.deepEqual(texts(transportKeys(addrSpec('ana@[192.0.2.1]'), PLUS)), ['ana@[192.0.2.1]', '[192.0.2.1]', '*']);
});

test('a key is asked of all tables before the next one; patterns see the first one only', async () => {
  const broad = literalTable('a', { '@valija.test': 'broad' });
  const exact = literalTable('b', { 'ana@valija.test': 'exact' });
  const pattern = patternTable('c', [
    [/^@/, 'never'],
    [/^ANA\+x/, 'whole, in its own case'],
  ]);
  const keys = addressKeys(addrSpec('ANA+x@valija.test'), PLUS, false);
  assert.equal((await findInTables([broad, exact], keys))?.value, 'exact');
  assert.deepEqual(await findInTables([exact], keys), {
    key: 'ana@valija.test',
    value: 'exact',
    table: 'b',
    unmatched: '+x',
  });
  assert.equal((await findInTables([broad, pattern], keys))?.value, 'whole, in its own case');
  assert.equal(await findInTables([pattern], addressKeys(addrSpec('bea@valija.test'), PLUS, false)), undefined);
});

test('extensions: a set of delimiters, names that stay whole', () => {
  const sets = { recipient_delimiter: '+-', owner_request_special: true };
  const cases: readonly [string, typeof sets, string | undefined][] = [
    ['ana+x', PLUS, 'ana|x'],
    ['ana+x+y', PLUS, 'ana|x+y'],
    ['ana-x', PLUS, undefined],
    ['ana-x+y', sets, 'ana|x+y'],
    ['+x', PLUS, undefined],
    ['ana+', PLUS, 'ana|'],
    ['owner-lista', sets, undefined],
    ['lista-request', sets, undefined],
    ['owner-lista', { ...sets, owner_request_special: false }, 'owner|lista'],
    ['Postmaster+x', PLUS, 'Postmaster|x'],
    ['mailer-daemon', sets, undefined],
    ['ana+x', { ...PLUS, recipient_delimiter: '' }, undefined],
  ];
  for (const [name, rules, expected] of cases) {
    const split = splitExtension(name, rules);
    assert.equal(split && `${split.base}|${split.extension}`, expected, name);
  }
});

test('what is missing in an address is completed by our own names', () => {
  const names = { myorigin: 'valija.test', mydomain: 'valija.test', append_dot_mydomain: false };
  const appending = { ...names, append_dot_mydomain: true };
  const cases: readonly [string, typeof names, string | undefined][] = [
    ['root', names, 'root@valija.test'],
    ['root@', names, 'root@valija.test'],
    ['root@mail', names, 'root@mail'],
    ['root@mail', appending, 'root@mail.valija.test'],
    ['ana@Example.ORG.', names, 'ana@example.org'],
    ['"a b"', names, 'a b@valija.test'],
    ['"a@b"@example.org', names, 'a@b@example.org'],
    ['ana@[192.0.2.1]', appending, 'ana@[192.0.2.1]'],
    ['a@@b', names, undefined],
    ['', names, undefined],
    ['Ana Pérez', names, undefined],
  ];
  for (const [text, own, expected] of cases) {
    const read = readAddress(text, own);
    assert.equal(read && `${read.localPart}@${read.domain}`, expected, text);
  }
});
