import assert from 'node:assert/strict';
import { test } from 'node:test';
import { threadCpuMs } from '../../../test/world/cpu-time.ts';
import { formatFromLine } from './from-line.ts';
import { MboxEncoder } from './mbox-encoder.ts';
import { MboxScanner } from './mbox-scanner.ts';

const CASES: readonly (readonly [message: string, stored: string])[] = [
  ['', ''],
  ['\r\n', '\n'],
  ['Subject: x\r\n\r\nbody\r\n', 'Subject: x\n\nbody\n'],
  ['Subject: x\r\n\r\nno line end', 'Subject: x\n\nno line end\n'],
  [
    'A: b\n\nFrom here\nFromage\n>From x\n>>>From y\n> From z\nxFrom \nFrom ',
    'A: b\n\n>From here\nFromage\n>>From x\n>>>>From y\n> From z\nxFrom \n>From \n',
  ],
  ['From x@y Sat\r\nA: b\r\n\r\n', '>From x@y Sat\nA: b\n\n'],
  ['A: b\r\n\r\n>', 'A: b\n\n>\n'],
  ['A: b\r\n\r\n>>>>>>>>>>>>>>>>>>>>>>>>From x\r\n', 'A: b\n\n>>>>>>>>>>>>>>>>>>>>>>>>>From x\n'],
  ['A: b\r\rc\r\n\r\nx\r\r\ny\r', 'A: b\r\rc\n\nx\r\ny\r\n'],
  ['a\r\n\r\nFrom\r\nFrom\r\n F', 'a\n\nFrom\nFrom\n F\n'],
];

test('[C17] LF line ends, From_ lines quoted, whole and octet by octet', () => {
  for (const [message, stored] of CASES) {
    const whole = new MboxEncoder();
    assert.equal(
      whole.encode(Buffer.from(message)).toString() + whole.end().toString(),
      stored,
      JSON.stringify(message),
    );
    for (const size of [1, 2, 3, 7]) {
      const encoder = new MboxEncoder();
      let out = '';
      const reused = Buffer.alloc(size);
      for (let at = 0; at < message.length; at += size) {
        const length = reused.write(message.slice(at, at + size));
        out += encoder.encode(reused.subarray(0, length)).toString();
        reused.fill('#');
      }
      assert.equal(out + encoder.end().toString(), stored, `${JSON.stringify(message)} by ${size}`);
    }
  }
});

test('fields that keep the mailbox’s books are left out of the header, with their continuation lines, and stay in the body', () => {
  const fields = [
    'Status: RO',
    'x-uid:  17',
    'X-IMAPbase : 1 4294967295',
    'X-Keywords: a\r\n\tb\r\n c',
    'CONTENT-LENGTH: 99999',
  ];
  const message = [...fields, 'X-Statuses: kept', 'Subject: x', ...fields, ' more', '', ...fields, ''].join('\r\n');
  for (const size of [message.length, 1, 5]) {
    const encoder = new MboxEncoder();
    let out = '';
    for (let at = 0; at < message.length; at += size) out += encoder.encode(Buffer.from(message.slice(at, at + size)));
    out += encoder.end();
    assert.equal(
      out,
      ['X-Statuses: kept', 'Subject: x', '', ...fields, ''].join('\n').replaceAll('\r\n', '\n'),
      `by ${size}`,
    );
  }
});

test('[T11] nobody writes a mailbox’s books by mail: no field that its reader would take for ours passes, however it is spaced', () => {
  for (const field of ['X-IMAPbase', 'X-UID', 'X-Status', 'Content-Length', 'X-Valija-Form']) {
    for (const blanks of [0, 1, 6, 20, 900, 1_010, 1_024, 2_000, 5_000]) {
      const line = `${field}${' '.repeat(blanks)}: 4294967290 4294967290`;
      const message = Buffer.from(`Subject: x\r\n${line}\r\n\r\nhello\r\n`);
      for (const size of [message.length, 7]) {
        const encoder = new MboxEncoder();
        const pieces: Buffer[] = [Buffer.from(formatFromLine('a@example.org', 0))];
        for (let at = 0; at < message.length; at += size) pieces.push(encoder.encode(message.subarray(at, at + size)));
        const scanner = new MboxScanner(0);
        const [scanned, ...others] = [
          ...scanner.push(Buffer.concat([...pieces, encoder.end(), Buffer.from('\n')])),
          ...scanner.end(),
        ];
        assert.deepEqual([scanned?.hidden, scanned?.book.base, others], [[], undefined, []], line.slice(0, 40));
      }
    }
  }
});

test('mixed line ends are kept where that is asked for', () => {
  const encoder = new MboxEncoder({ keepsLineEnds: true });
  const stored = encoder.encode(Buffer.from('A: b\r\n\nFrom x\r\ny\n')).toString() + encoder.end();
  assert.equal(stored, 'A: b\r\n\n>From x\r\ny\n');
});

test('ten megabytes of short lines, and of one line, take no longer than copying them [T17]', () => {
  for (const text of ['x\r\n', '>', 'From \n', '\n', '\r', 'Status: x\n']) {
    const message = Buffer.alloc(10_000_000, text);
    const startMs = threadCpuMs();
    const encoder = new MboxEncoder();
    for (let at = 0; at < message.length; at += 65_536) encoder.encode(message.subarray(at, at + 65_536));
    encoder.end();
    const tookMs = threadCpuMs() - startMs;
    assert.ok(tookMs < 10_000, `${JSON.stringify(text)}: ${tookMs} ms`);
  }
});
