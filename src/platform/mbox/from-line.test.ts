import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFromLine, parseFromLine } from './from-line.ts';
import { MboxScanner } from './mbox-scanner.ts';

test('[C17] written and read again', () => {
  const dateMs = new Date(2016, 0, 6, 8, 2, 3).getTime();
  assert.equal(formatFromLine('usuario1@valija.test', dateMs), 'From usuario1@valija.test  Wed Jan  6 08:02:03 2016\n');
  assert.equal(formatFromLine('', dateMs), 'From MAILER-DAEMON  Wed Jan  6 08:02:03 2016\n');
  assert.equal(formatFromLine('a\nFrom b@x', dateMs), 'From a?From b@x  Wed Jan  6 08:02:03 2016\n');
  assert.equal(parseFromLine(formatFromLine('"a b"@valija.test', dateMs).trimEnd()), dateMs);
});

test('a sender of any length makes a line that begins a message', () => {
  for (const sender of ['x'.repeat(1_000), '\u00f1'.repeat(1_000), '\u{1f4ec}'.repeat(500)]) {
    const scanner = new MboxScanner(0);
    const messages = Buffer.from(`${formatFromLine(sender, 0)}A: b\n\n\n`.repeat(2));
    assert.equal([...scanner.push(messages), ...scanner.end()].length, 2, sender.slice(0, 4));
  }
});

test('reads what other programs write, and takes no body line for a beginning', () => {
  const dateMs = new Date(2016, 0, 16, 18, 22, 0).getTime();
  for (const line of [
    'From a@b Sat Jan 16 18:22:00 2016',
    'From a@b  Sat Jan 16 18:22 2016',
    'From a@b Sat Jan 16 18:22:00 CET 2016',
    'From a@b Sat Jan 16 18:22:00 +0100 2016',
    'From a@b Sat Jan 16 18:22:00 2016 remote from x',
    'From - Sat Jan 16 18:22:00 2016',
    'From a@b Sat, 16 Jan 2016 18:22:00 +0000 (UTC)',
  ]) {
    assert.equal(parseFromLine(line), dateMs, line);
  }
  for (const line of [
    'From here on',
    'From a@b',
    'From Sat to Mon',
    'from a@b Sat Jan 16 18:22:00 2016',
    '>From a Sat Jan 16 18:22:00 2016',
    'From',
  ]) {
    assert.equal(parseFromLine(line), undefined, line);
  }
});
