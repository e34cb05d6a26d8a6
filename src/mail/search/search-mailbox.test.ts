import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MailboxView } from '#protocols/imap/mailbox-view.ts';
import type { SearchKey } from '#protocols/imap/search-key.ts';
import { memoryContent } from '../../../test/world/content.ts';
import { type SearchedMessages, searchMailbox } from './search-mailbox.ts';
import { Sieve } from './sieve.ts';

const FLAG_NAMES = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft', '$Work'];
const DAY_MS = 86_400_000;

interface Stored {
  readonly text: string;
  readonly flags?: number;
  readonly day?: number;
}

/** UIDs 10, 20, 30 …; the mailbox counts how many headers were read and messages opened. No long header is at hand. */
function mailboxOf(...messages: Stored[]) {
  return mailboxIn(false, messages);
}

/** `sifts`: what surely does not match is not given out. */
function mailboxIn(sifts: boolean, messages: readonly Stored[]) {
  const view = new MailboxView({
    uidNext: messages.length * 10 + 1,
    flagNames: FLAG_NAMES,
    firstRecentUid: messages.length * 10,
    columns: {
      uids: Uint32Array.from(messages, (_, i) => (i + 1) * 10),
      flags: Uint32Array.from(messages, ({ flags = 0 }) => flags),
      modSeqs: Float64Array.from(messages, (_, i) => i + 1),
      sizesBytes: Float64Array.from(messages, ({ text }) => Buffer.byteLength(text)),
      internalDatesMs: Float64Array.from(messages, ({ day = 0 }) => day * DAY_MS + 3_600_000),
    },
  });
  let opened = 0;
  let read = 0;
  const stored: SearchedMessages = {
    async *headers(uids, words) {
      for (const uid of uids) {
        const header = Buffer.from(`${messages[uid / 10 - 1]?.text.split('\r\n\r\n')[0]}\r\n\r\n`);
        if (sifts && words && header.length <= 1000 && !new Sieve(words).mayBeInHeader(header)) continue;
        read++;
        yield { uid, header: header.length > 1000 ? undefined : header };
      }
    },
    async *open(uids, words) {
      for (const uid of uids) {
        const octets = Buffer.from(messages[uid / 10 - 1]?.text ?? '');
        if (sifts && words && !new Sieve(words).mayBeInMessage(octets)) continue;
        opened++;
        yield { uid, content: memoryContent(octets) };
      }
    },
    pause: () => undefined,
  };
  return {
    view,
    search: (key: SearchKey) => searchMailbox(key, view, stored),
    get read() {
      return read;
    },
    get opened() {
      return opened;
    },
  };
}

const flag = (name: string, present = true): SearchKey => ({ kind: 'flag', flag: name, present });
const header = (name: string, text: string): SearchKey => ({ kind: 'header', name, text });
const body = (text: string): SearchKey => ({ kind: 'body', text });
const text = (sought: string): SearchKey => ({ kind: 'text', text: sought });
const not = (key: SearchKey): SearchKey => ({ kind: 'not', key });
const and = (...keys: SearchKey[]): SearchKey => ({ kind: 'and', keys });
const or = (a: SearchKey, b: SearchKey): SearchKey => ({ kind: 'or', keys: [a, b] });

const PLAIN = (subject: string, content: string): Stored => ({ text: `Subject: ${subject}\r\n\r\n${content}\r\n` });

test('flags, keywords in any case, sizes and numbers need no message opened', async () => {
  const mailbox = mailboxOf({ text: 'a', flags: 8 }, { text: 'ab', flags: 32 }, { text: 'abc', flags: 40 });
  assert.deepEqual(await mailbox.search(flag('\\Seen')), [0, 2]);
  assert.deepEqual(await mailbox.search(flag('$work')), [1, 2]);
  assert.deepEqual(await mailbox.search(flag('$Other')), []);
  assert.deepEqual(await mailbox.search(flag('$Other', false)), [0, 1, 2]);
  assert.deepEqual(await mailbox.search({ kind: 'size', comparison: 'larger', sizeBytes: 2 }), [2]);
  assert.deepEqual(await mailbox.search({ kind: 'size', comparison: 'smaller', sizeBytes: 2 }), [0]);
  assert.deepEqual(await mailbox.search({ kind: 'uid', set: [{ first: 15, last: '*' }] }), [1, 2]);
  assert.deepEqual(await mailbox.search({ kind: 'sequence', set: [{ first: '*', last: '*' }] }), [2]);
  assert.deepEqual(await mailbox.search({ kind: 'recent', present: true }), [2]);
  assert.deepEqual(await mailbox.search({ kind: 'modseq', atLeast: 2 }), [1, 2]);
  assert.equal(mailbox.opened, 0);
});

test('what numbers decide is not read, whatever else is asked and in whatever order', async () => {
  const mailbox = mailboxOf({ text: 'Subject: x\r\n\r\n', flags: 8 }, { text: 'Subject: x\r\n\r\n' });
  assert.deepEqual(await mailbox.search(and(body('nothing'), flag('\\Seen'))), []);
  assert.equal(mailbox.opened, 1);
  assert.deepEqual(await mailbox.search(or(text('nothing'), flag('\\Seen'))), [0]);
  assert.equal(mailbox.opened, 2);
  assert.equal(mailbox.read, 0);
  assert.deepEqual(await mailbox.search(not(and(header('subject', 'x'), flag('\\Seen')))), [1]);
  assert.equal(mailbox.read, 1);
  assert.equal(mailbox.opened, 2);
});

test('what headers decide is not opened, unless a header is not at hand', async () => {
  const mailbox = mailboxOf(
    PLAIN('one', 'needle'),
    PLAIN('two', 'needle'),
    { text: `X-Long: ${'x'.repeat(1000)}\r\nSubject: one\r\n\r\nneedle\r\n` },
    { text: `X-Long: ${'x'.repeat(1000)}\r\nSubject: two\r\n\r\nneedle\r\n` },
  );
  assert.deepEqual(await mailbox.search(header('subject', 'one')), [0, 2]);
  assert.equal(mailbox.opened, 2);
  assert.deepEqual(await mailbox.search(and(header('subject', 'two'), body('needle'))), [1, 3]);
  assert.equal(mailbox.opened, 5);
  assert.deepEqual(await mailbox.search(or(body('needle'), not(header('subject', 'two')))), [0, 1, 2, 3]);
  assert.equal(mailbox.opened, 8);
});

test('days are those of the date as written', async () => {
  const dated = (date: string): Stored => ({ text: `Date: ${date}\r\n\r\n`, day: 100 });
  const mailbox = mailboxOf(
    dated('Sun, 1 Nov 2026 23:30:00 -0800'),
    dated('Mon, 2 Nov 2026 00:30:00 +1300'),
    dated('yesterday'),
  );
  const firstOfNovember = Date.UTC(2026, 10, 1) / DAY_MS;
  const sent = (comparison: 'before' | 'on' | 'since', day: number): SearchKey => ({
    kind: 'date',
    of: 'sent',
    comparison,
    day,
  });
  assert.deepEqual(await mailbox.search(sent('on', firstOfNovember)), [0]);
  assert.deepEqual(await mailbox.search(sent('since', firstOfNovember + 1)), [1]);
  assert.deepEqual(await mailbox.search(sent('before', firstOfNovember + 1)), [0]);
  assert.deepEqual(await mailbox.search({ kind: 'date', of: 'internal', comparison: 'on', day: 100 }), [0, 1, 2]);
});

test('headers are compared decoded, unfolded, without case, and accents in either composition', async () => {
  const mailbox = mailboxOf(
    { text: 'Subject: =?iso-8859-1?Q?Ma=F1ana?=\r\n =?utf-8?B?IENBRsOJ?=\r\n\r\n' },
    { text: 'Subject: two\r\n words\r\nX-Empty:\r\n\r\n' },
  );
  assert.deepEqual(await mailbox.search(header('subject', 'MAÑANA')), [0]);
  assert.deepEqual(await mailbox.search(header('subject', 'man\u0303ana cafe\u0301')), [0]);
  assert.deepEqual(await mailbox.search(header('subject', 'Two Words')), [1]);
  assert.deepEqual(await mailbox.search(header('x-empty', '')), [1]);
  assert.deepEqual(await mailbox.search(header('x-none', '')), []);
  assert.deepEqual(await mailbox.search(text('subject: TWO')), [1]);
});

test('bodies are compared decoded, part by part; attachments are not text', async () => {
  const multipart = [
    'Subject: m',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain; charset=iso-8859-15',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'cuesta 5=A4 en la tie=',
    'nda',
    '--b',
    'Content-Type: application/pdf',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from('hidden words').toString('base64'),
    '--b',
    'Content-Type: message/rfc822',
    '',
    'Subject: =?utf-8?Q?reenv=C3=ADo?=',
    '',
    'nested words',
    '--b--',
    '',
  ].join('\r\n');
  const mailbox = mailboxOf(PLAIN('s', 'plain words'), { text: multipart });
  assert.deepEqual(await mailbox.search(body('5€ EN LA TIENDA')), [1]);
  assert.deepEqual(await mailbox.search(body('words')), [0, 1]);
  assert.deepEqual(await mailbox.search(body('hidden')), []);
  assert.deepEqual(await mailbox.search(body('Reenvío')), [1]);
  assert.deepEqual(await mailbox.search(body('')), [0, 1]);
  assert.deepEqual(await mailbox.search(body('boundary=b')), []);
  assert.deepEqual(await mailbox.search(text('boundary=b')), [1]);
  assert.deepEqual(await mailbox.search(not(body('plain'))), [1]);
});

test('a text that lies across two pieces of a large body is found', async () => {
  const at = 64 * 1024;
  for (const shift of [-8, -4, -1, 0]) {
    const start = 'Subject: x\r\n\r\n';
    const content = `${start}${'.'.repeat(at + shift)}needle ñ${'.'.repeat(at)}`;
    const mailbox = mailboxOf({ text: content });
    assert.deepEqual(await mailbox.search(body('NEEDLE Ñ')), [0], `shift ${shift}`);
    assert.deepEqual(await mailbox.search(body('needle o')), []);
  }
});

test('messages that are gone, known or not, are not found', async () => {
  const mailbox = mailboxOf(PLAIN('one', ''), PLAIN('two', ''));
  mailbox.view.apply({ kind: 'expunged', uids: Uint32Array.of(10) });
  assert.deepEqual(await mailbox.search({ kind: 'all' }), [1]);
  const gone = await searchMailbox(header('subject', 'two'), mailbox.view, {
    async *headers() {
      // None is there any more.
    },
    async *open() {
      // Nor is any message.
    },
    pause: () => undefined,
  });
  assert.deepEqual(gone, []);
});

test('a store that leaves out what surely does not match changes no answer, and opens less', async () => {
  const messages = [
    PLAIN('alfa', 'uno'),
    PLAIN('beta', 'dos'),
    PLAIN('=?utf-8?Q?alf=61?=', 'tres'),
    { text: `X-Long: ${'x'.repeat(1000)}\r\nSubject: alfa\r\n\r\ndos\r\n` },
    { text: 'Content-Transfer-Encoding: base64\r\nSubject: beta\r\n\r\nZG9z\r\n', day: 3 },
    { text: 'Date: Thu, 01 Jan 2026 10:00:00 +0000\r\nSubject: beta\r\n\r\nalfa\r\n' },
  ];
  const sent: SearchKey = { kind: 'date', of: 'sent', comparison: 'since', day: 20_000 };
  const keys = [
    header('subject', 'alfa'),
    header('subject', ''),
    header('subject', 'alfa beta'),
    not(header('subject', 'alfa')),
    body('dos'),
    not(body('dos')),
    text('alfa'),
    not(text('ALFA')),
    and(header('subject', 'alfa'), body('dos')),
    or(header('subject', 'alfa'), body('dos')),
    or(not(header('subject', 'alfa')), body('dos')),
    or(sent, header('subject', 'alfa')),
    or(sent, body('dos')),
    and(not(sent), not(text('tres'))),
    or(text('nada'), body('\u00f1')),
  ];
  for (const key of keys) {
    const all = mailboxIn(false, messages);
    const sifted = mailboxIn(true, messages);
    assert.deepEqual(await sifted.search(key), await all.search(key), JSON.stringify(key));
    assert.ok(sifted.opened <= all.opened && sifted.read <= all.read, JSON.stringify(key));
  }
  const sifted = mailboxIn(true, messages);
  assert.deepEqual(await sifted.search(body('dos')), [1, 3, 4]);
  assert.equal(sifted.opened, 4);
});
