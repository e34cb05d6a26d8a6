// Names of people, as they are typed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressWords, bareAddresses, uniqueWords, withoutNames } from './address-words.ts';
import { Aliases } from './aliases.ts';

test('addresses are parted by commas or blanks, and keep their names', () => {
  assert.deepEqual(addressWords('ana beto, carla'), ['ana', 'beto', 'carla']);
  assert.deepEqual(addressWords('Ana <ana@example.org>, "B, C" <bc@example.org> , dora (Dora, la alta)'), [
    'Ana <ana@example.org>',
    '"B, C" <bc@example.org>',
    'dora',
  ]);
  assert.deepEqual(addressWords(' , '), []);
  assert.equal(bareAddresses('Ana <ana@example.org>, beto (B)'), 'ana@example.org, beto');
});

test('one does not answer oneself, nor anybody twice', () => {
  assert.deepEqual(withoutNames(['root', 'root@example.org', 'ana'], ['root'], false), ['root@example.org', 'ana']);
  assert.deepEqual(withoutNames(['ROOT', 'root@example.org', 'ana'], ['root'], true), ['ana']);
  assert.deepEqual(uniqueWords(['beto', 'Ana', 'ana', 'BETO']), ['Ana', 'beto']);
});

test('aliases name others, and end in circles', () => {
  const aliases = new Aliases();
  aliases.add('todos', ['amigos', 'dora']);
  aliases.add('amigos', ['ana', 'todos', 'yo']);
  assert.ok(aliases.expand(['todos'], 'yo').includes('ana'));
  assert.ok(!aliases.expand(['amigos'], 'yo').includes('yo'));
  assert.deepEqual(aliases.expand(['\\todos', 'eva'], undefined), ['todos', 'eva']);
  assert.deepEqual(aliases.find('todos'), ['dora', 'amigos']);
});

test('a circle of large aliases costs no more than its members', () => {
  const aliases = new Aliases();
  const names = Array.from({ length: 40 }, (_, i) => `g${i}`);
  for (const name of names) aliases.add(name, ['ana', ...names.filter((other) => other !== name)]);
  assert.deepEqual(uniqueWords(aliases.expand(['g0'], undefined)), ['ana']);
});
