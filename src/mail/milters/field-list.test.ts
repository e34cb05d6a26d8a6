import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHeaderFields } from '#protocols/message/header-fields.ts';
import { FieldList, listFields } from './field-list.ts';
import { shownValue } from './milter-field.ts';

function list(above: string, below: string): FieldList {
  const [top, rest] = [above, below].map((text) => parseHeaderFields(Buffer.from(text)));
  assert.ok(top && rest);
  return new FieldList(listFields(top.octets, top.fields), listFields(rest.octets, rest.fields));
}

const field = (name: string, value: string) => ({
  name: Buffer.from(name),
  value: Buffer.from(value),
  keepsSpace: false,
});
const names = (fields: readonly { readonly name: string }[]) => fields.map(({ name }) => name).join(' ');

test('insertions count our own Received, changes do not', () => {
  const header = list('', 'A: 1\r\nB: 1\r\nA: 2\r\n');
  header.insert(0, field('Top', 'x'));
  assert.deepEqual([names(header.above), names(header.below)], ['Top', 'A B A']);
  // Top, Received, A: behind our Received is place 2 now.
  header.insert(2, field('Second', 'x'));
  header.insert(1, field('Above', 'x'));
  header.insert(99, field('Last', 'x'));
  assert.deepEqual([names(header.above), names(header.below)], ['Top Above', 'Second A B A Last']);
  header.change(2, field('a', '3'));
  assert.equal(header.shown.find(({ name }) => name === 'a')?.octets.toString(), 'a: 3\r\n');
  header.change(1, field('TOP', ''));
  assert.deepEqual([names(header.above), names(header.below)], ['Above', 'Second A B a Last']);
  header.change(7, field('A', ''));
  header.change(7, field('C', 'x'));
  assert.equal(names(header.below), 'Second A B a Last C');
  header.change(1, { ...field('C', ''), newName: Buffer.from('D') });
  assert.equal(names(header.below), 'Second A B a Last D');
  assert.equal(header.shown.at(-1)?.octets.toString(), 'D: \r\n');
});

test('a value is shown as Sendmail shows it, and with all its blanks where that is agreed', () => {
  const [shown] = list('', 'Subject:  two\r\n\tlines\r\n').shown;
  assert.ok(shown);
  assert.equal(shownValue(shown, false).toString(), ' two\n\tlines');
  assert.equal(shownValue(shown, true).toString(), '  two\n\tlines');
});

test('the last field of a message may lack its end', () => {
  const header = list('', 'A: 1\r\nB: 2');
  header.add(field('C', '3'));
  assert.equal(Buffer.concat(header.shown.map(({ octets }) => octets)).toString(), 'A: 1\r\nB: 2\r\nC: 3\r\n');
});
