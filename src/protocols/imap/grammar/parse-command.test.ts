// Known answers: commands as RFC 3501 §6 and §8 and the extensions write them, and what they mean.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { threadCpuMs } from '../../../../test/world/cpu-time.ts';
import type { Command, FetchCommand } from '../command.ts';
import type { FetchItem } from '../fetch-item.ts';
import { type Quirks, STRICT } from '../quirks.ts';
import type { Segment } from '../segment.ts';
import { parseCommand } from './parse-command.ts';

/** `«…»` in a text stands for a literal, `«{n}»` for a message that is announced. */
function segmentsOf(text: string): Segment[] {
  return text.split(/«([^«»]*)»/).map((part, i) => {
    if (i % 2 === 0) return { kind: 'text', text: part };
    const size = /^\{(\d+)\}$/.exec(part)?.[1];
    if (size === undefined) return { kind: 'literal', octets: Buffer.from(part, 'latin1'), binary: false };
    return { kind: 'offer', sizeBytes: Number(size), synchronizing: true, binary: false };
  });
}

function parse(text: string, quirks: Quirks = STRICT): Command {
  const result = parseCommand(segmentsOf(`a ${text}`), quirks);
  assert.ok(result.ok, `${text}: ${result.ok ? '' : result.error.message}`);
  assert.equal(result.value.tag, 'a');
  return result.value.command;
}

const HEADER_ITEM = {
  kind: 'section',
  section: { part: [], content: { kind: 'header' } },
  partial: undefined,
  peek: false,
  answeredAs: 'BODY',
} as const satisfies FetchItem;
const ONE = [{ first: 1, last: 1 }] as const;

function fetchOf(items: readonly FetchItem[], more: Partial<FetchCommand> = {}): FetchCommand {
  return { kind: 'fetch', uid: false, set: ONE, items, changedSince: undefined, vanished: false, ...more };
}

const LIST_PLAIN = {
  kind: 'list',
  extended: false,
  selection: { subscribed: false, remote: false, recursiveMatch: false, specialUse: false },
  reference: '',
  patterns: ['*'],
  returns: { subscribed: false, children: false, specialUse: false, status: undefined },
} as const satisfies Command;

const KNOWN: readonly (readonly [text: string, expected: Command])[] = [
  ['capability', { kind: 'capability' }],
  ['NOOP', { kind: 'noop' }],
  ['login mrc secret', { kind: 'login', user: 'mrc', password: 'secret' }],
  ['LOGIN «us er» "se\\"c\\\\ret"', { kind: 'login', user: 'us er', password: 'se"c\\ret' }],
  ['LOGIN usuario1@valija.test "contraseña"', { kind: 'login', user: 'usuario1@valija.test', password: 'contraseña' }],
  ['LOGIN "" ""', { kind: 'login', user: '', password: '' }],
  ['AUTHENTICATE gssapi', { kind: 'authenticate', mechanism: 'GSSAPI', initialResponse: undefined }],
  ['AUTHENTICATE PLAIN =', { kind: 'authenticate', mechanism: 'PLAIN', initialResponse: Buffer.alloc(0) }],
  ['AUTHENTICATE PLAIN AGEAYg==', { kind: 'authenticate', mechanism: 'PLAIN', initialResponse: Buffer.from('\0a\0b') }],
  ['select inbox', { kind: 'select', mailbox: 'INBOX', condstore: false, qresync: undefined }],
  ['EXAMINE "Entw&APw-rfe"', { kind: 'examine', mailbox: 'Entwürfe', condstore: false, qresync: undefined }],
  ['SELECT iNbOx/a (CONDSTORE)', { kind: 'select', mailbox: 'INBOX/a', condstore: true, qresync: undefined }],
  [
    'SELECT INBOX (QRESYNC (67890007 20050715194045000 41,43:211 (1:3 41:43)) CONDSTORE)',
    {
      kind: 'select',
      mailbox: 'INBOX',
      condstore: true,
      qresync: {
        uidValidity: 67890007,
        // Above 2^53: it is higher than any of ours.
        modSeq: Number.MAX_SAFE_INTEGER,
        knownUids: [
          { first: 41, last: 41 },
          { first: 43, last: 211 },
        ],
        sequenceMatch: { sequences: [{ first: 1, last: 3 }], uids: [{ first: 41, last: 43 }] },
      },
    },
  ],
  ['CREATE owatagusiam/', { kind: 'create', mailbox: 'owatagusiam/', specialUses: [] }],
  ['CREATE MySent (USE (\\sent \\Junk))', { kind: 'create', mailbox: 'MySent', specialUses: ['\\Sent', '\\Junk'] }],
  ['RENAME blurdybloop «sarasoop»', { kind: 'rename', from: 'blurdybloop', to: 'sarasoop' }],
  ['list "" *', LIST_PLAIN],
  ['LIST "" ""', { ...LIST_PLAIN, patterns: [''] }],
  ['LIST inbox/ "%/&AOk-*"', { ...LIST_PLAIN, reference: 'INBOX/', patterns: ['%/é*'] }],
  [
    'LIST (SUBSCRIBED RECURSIVEMATCH) "" (a% "b c*") RETURN (CHILDREN STATUS (MESSAGES SIZE))',
    {
      ...LIST_PLAIN,
      extended: true,
      selection: { subscribed: true, remote: false, recursiveMatch: true, specialUse: false },
      patterns: ['a%', 'b c*'],
      returns: { subscribed: true, children: true, specialUse: false, status: ['MESSAGES', 'SIZE'] },
    },
  ],
  ['LSUB "#news." "comp.mail.*"', { kind: 'lsub', reference: '#news.', pattern: 'comp.mail.*' }],
  ['STATUS INBOX (UIDNEXT messages)', { kind: 'status', mailbox: 'INBOX', items: ['UIDNEXT', 'MESSAGES'] }],
  [
    'APPEND saved-messages (\\seen $Forwarded) " 7-Feb-1994 21:52:25 -0800" «{310}»',
    {
      kind: 'append',
      mailbox: 'saved-messages',
      message: {
        flags: ['\\Seen', '$Forwarded'],
        internalDateMs: Date.UTC(1994, 1, 8, 5, 52, 25),
        sizeBytes: 310,
      },
    },
  ],
  [
    'APPEND «Sent» «{0}»',
    { kind: 'append', mailbox: 'Sent', message: { flags: [], internalDateMs: undefined, sizeBytes: 0 } },
  ],
  ['EXPUNGE', { kind: 'expunge', uids: undefined }],
  ['UID EXPUNGE 3:*', { kind: 'expunge', uids: [{ first: 3, last: '*' }] }],
  ['copy 2:4,9 MEETING', {
    kind: 'copy', uid: false, mailbox: 'MEETING', set: [{ first: 2, last: 4 }, { first: 9, last: 9 }],
  }], // biome-ignore format: a table
  ['uid move *:4 Trash', { kind: 'move', uid: true, mailbox: 'Trash', set: [{ first: '*', last: 4 }] }],
  [
    'store 1 +flags \\deleted',
    {
      kind: 'store',
      uid: false,
      set: ONE,
      mode: 'add',
      silent: false,
      flags: ['\\Deleted'],
      unchangedSince: undefined,
    },
  ],
  [
    'UID STORE 1 (UNCHANGEDSINCE 12345) -FLAGS.SILENT (\\Seen a \\SEEN)',
    { kind: 'store', uid: true, set: ONE, mode: 'remove', silent: true, flags: ['\\Seen', 'a'], unchangedSince: 12345 },
  ],
  [
    'STORE 1 FLAGS ()',
    { kind: 'store', uid: false, set: ONE, mode: 'replace', silent: false, flags: [], unchangedSince: undefined },
  ],
  ['fetch 1 body[header]', fetchOf([HEADER_ITEM])],
  [
    'fetch 1 full',
    fetchOf([
      { kind: 'flags' },
      { kind: 'internaldate' },
      { kind: 'rfc822.size' },
      { kind: 'envelope' },
      { kind: 'bodystructure', extended: false },
    ]),
  ],
  ['fetch 1 (body bodystructure)', fetchOf([
    { kind: 'bodystructure', extended: false }, { kind: 'bodystructure', extended: true },
  ])], // biome-ignore format: a table
  [
    'UID FETCH 1 (UID BODY.PEEK[4.2.HEADER.FIELDS.NOT (To "x y")]<0.2048>)',
    fetchOf(
      [
        { kind: 'uid' },
        {
          kind: 'section',
          section: { part: [4, 2], content: { kind: 'header-fields', names: ['To', 'x y'], not: true } },
          partial: { start: 0, lengthBytes: 2048 },
          peek: true,
          answeredAs: 'BODY',
        },
      ],
      { uid: true },
    ),
  ],
  ['FETCH 1 RFC822.HEADER', fetchOf([{ ...HEADER_ITEM, peek: true, answeredAs: 'RFC822.HEADER' }])],
  ['FETCH 1 BODY[1.MIME]', fetchOf([{ ...HEADER_ITEM, section: { part: [1], content: { kind: 'mime' } } }])],
  ['FETCH 1 BODY[3]', fetchOf([{ ...HEADER_ITEM, section: { part: [3], content: { kind: 'whole' } } }])],
  [
    'UID FETCH 1 (FLAGS) (CHANGEDSINCE 17 VANISHED)',
    fetchOf([{ kind: 'flags' }], { uid: true, changedSince: 17, vanished: true }),
  ],
  ['ID NIL', { kind: 'id', parameters: undefined }],
  ['ID ("name" "mutt" "os" NIL)', { kind: 'id', parameters: [['name', 'mutt'], ['os', undefined]] }], // biome-ignore format: a table
  ['ENABLE condstore X-GOOD', { kind: 'enable', capabilities: ['CONDSTORE', 'X-GOOD'] }],
];

for (const [text, expected] of KNOWN) {
  test(`grammar: ${text}`, () => {
    assert.deepEqual(parse(text), expected);
  });
}

const REFUSED: readonly (readonly [text: string, message: RegExp])[] = [
  ['', /Unknown command/],
  ['FROB', /Unknown command/],
  ['constructor', /Unknown command/],
  ['UID NOOP', /UID: Unknown command/],
  ['NOOP x', /NOOP: Expected the end of the command at character 7/],
  ['NOOP ', /Expected the end/],
  ['LOGIN mrc', /Expected a space/],
  ['LOGIN mrc "secret', /closing quotation mark/],
  ['LOGIN mrc "secret\\"', /closing quotation mark/],
  ['LOGIN mrc "a\\b"', /Invalid character/],
  ['LOGIN mrc "a\0b"', /Invalid character/],
  ['LOGIN mrc "a\rb"', /Invalid character/],
  ['LOGIN mrc «a\0b»', /without NUL/],
  ['LOGIN mrc «\xff»', /UTF-8/],
  ['LOGIN ñ x', /Expected a string/],
  ['SELECT "Entw\u{fc}rfe"', /modified UTF-7/],
  ['SELECT &Jjo', /modified UTF-7/],
  ['CREATE «a\nb»', /modified UTF-7/],
  ['AUTHENTICATE PLAIN a', /base64/],
  ['AUTHENTICATE PLAIN AGEAYg', /base64/],
  ['FETCH 0 FLAGS', /not 0/],
  ['FETCH 4294967296 FLAGS', /2\^32/],
  ['FETCH 99999999999999999999 FLAGS', /2\^32/],
  ['FETCH 1, FLAGS', /number/],
  ['FETCH 1: FLAGS', /number/],
  ['FETCH 1 ()', /Unknown fetch item/],
  ['FETCH 1 (ALL)', /Unknown fetch item/],
  ['FETCH 1 BODY[1.]', /Unknown section/],
  ['FETCH 1 BODY[MIME]', /part number/],
  ['FETCH 1 BODY[HEADER]<1>', /Expected "\."/],
  ['FETCH 1 BODY[HEADER]<1.0>', /not 0/],
  ['FETCH 1 FLAGS (VANISHED)', /VANISHED needs/],
  ['STORE 1 FLAGS (\\Recent)', /Unknown system flag/],
  ['STORE 1 FLAGS', /Expected a space/],
  ['STATUS INBOX ()', /Unknown status item/],
  ['STATUS INBOX (FOO)', /Unknown status item/],
  ['LIST (RECURSIVEMATCH) "" *', /RECURSIVEMATCH needs/],
  ['LIST "" * RETURN (FOO)', /Unknown option/],
  ['APPEND INBOX', /Expected a space/],
  ['APPEND INBOX "text"', /date and time/],
  ['APPEND INBOX "31-Feb-1994 00:00:00 +0000" «{1}»', /date and time/],
  ['APPEND INBOX «text»', /Expected a literal/],
  ['ID ("a")', /Expected a space/],
  ['ENABLE', /Expected a space/],
  ['SEARCH RETURN (FOO) ALL', /return option/],
  ['SEARCH ALL FOO', /Unknown search key/],
  ['SEARCH', /Expected a space/],
  ['SEARCH "x"', /Unknown search key/],
  ['SEARCH 0', /not 0/],
  ['SEARCH ()', /Unknown search key/],
  ['SEARCH SINCE 1-Feb-94', /Expected a date/],
  ['SEARCH SINCE 30-Feb-1994', /Expected a date/],
  ['SEARCH (ALL', /Expected "\)"/],
];

for (const [text, message] of REFUSED) {
  test(`grammar refuses: ${JSON.stringify(text)}`, () => {
    const result = parseCommand(segmentsOf(`a ${text}`), STRICT);
    assert.ok(!result.ok);
    assert.equal(result.error.tag, 'a');
    assert.equal(result.error.status, 'BAD');
    assert.match(result.error.message, message);
  });
}

test('a tag that cannot be read is not repeated', () => {
  for (const text of ['', ' ', 'a', '+ NOOP', 'a+b NOOP', '* NOOP', 'ñ NOOP', `${'x'.repeat(65)} NOP`, '{3} NOOP']) {
    const result = parseCommand(segmentsOf(text), STRICT);
    assert.ok(!result.ok, text);
    assert.equal(result.error.tag, text === 'a' ? 'a' : undefined, text);
  }
});

test('what is rightly asked but not offered is refused with NO and its code', () => {
  const refusals = [
    ['SEARCH CHARSET KOI8-R TEXT «\xf0\xd2»', { kind: 'badcharset', charsets: ['US-ASCII', 'UTF-8'] }],
    [`SEARCH ${'('.repeat(5000)}`, 'LIMIT'],
    [`SEARCH ${'NOT '.repeat(5000)}ALL`, 'LIMIT'],
    [`SEARCH ${'OR ALL '.repeat(5000)}ALL`, 'LIMIT'],
    [`FETCH 1 (${Array(300).fill('UID').join(' ')})`, 'LIMIT'],
    [`LIST "" (${Array(300).fill('a').join(' ')})`, 'LIMIT'],
    ['CREATE &AAo-', 'CANNOT'],
  ] as const;
  for (const [text, code] of refusals) {
    const result = parseCommand(segmentsOf(`a ${text}`), STRICT);
    assert.ok(!result.ok, text);
    assert.deepEqual([result.error.status, result.error.code], ['NO', code]);
  }
});

test('a password is never repeated in what is wrong with a command', () => {
  for (const text of ['LOGIN usuario1 "secreto', 'LOGIN usuario1 secreto x', 'AUTHENTICATE PLAIN c2VjcmV0bw=x']) {
    const result = parseCommand(segmentsOf(`a ${text}`), STRICT);
    assert.ok(!result.ok);
    assert.doesNotMatch(result.error.message, /secreto|c2Vj/);
  }
});

test('quirk trailingSpace: spaces before the end of a command', () => {
  const quirks: Quirks = { ...STRICT, trailingSpace: true };
  assert.deepEqual(parse('NOOP  ', quirks), { kind: 'noop' });
  assert.deepEqual(parse('SEARCH ALL ', quirks), parse('SEARCH ALL'));
});

test('after UTF8=ACCEPT a mailbox name is what it says', () => {
  const result = parseCommand(segmentsOf('a DELETE "Entwürfe &-"'), STRICT, 'utf8');
  assert.deepEqual(result, { ok: true, value: { tag: 'a', command: { kind: 'delete', mailbox: 'Entwürfe &-' } } });
});

test('[T23] deep parentheses and long lists take no time', () => {
  const startMs = threadCpuMs();
  for (const text of [
    'SEARCH ('.padEnd(60_000, '('),
    `FETCH ${'1,'.repeat(30_000)}1 FLAGS`,
    `X "${'\\"'.repeat(30_000)}"`,
  ]) {
    for (let i = 0; i < 10; i++) parseCommand(segmentsOf(`a ${text}`), STRICT);
  }
  assert.ok(threadCpuMs() - startMs < 3000);
});

test('[T8] no string of any command is other than UTF-8 without NUL', () => {
  const commands = ['LOGIN x', 'SELECT', 'CREATE', 'RENAME x', 'LIST ""', 'STATUS', 'SEARCH TEXT', 'COPY 1', 'ID ("a"'];
  for (const octets of ['\xc0\xaf', '\xed\xa0\x80', '\xc3', '\xff', 'a\0b', '\xf4\x90\x80\x80']) {
    for (const command of commands) {
      const result = parseCommand(segmentsOf(`a ${command} «${octets}»`), STRICT);
      assert.ok(!result.ok && result.error.status === 'BAD', `${command} ${JSON.stringify(octets)}`);
    }
  }
});
