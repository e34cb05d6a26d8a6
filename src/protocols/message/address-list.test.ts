import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { threadCpuMs } from '../../../test/world/cpu-time.ts';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { corpusMessage } from '../../../test/world/message-corpus.ts';
import { type AddrSpec, formatAddrSpec } from './addr-spec.ts';
import { findAddrSpec, parseAddressList } from './address-list.ts';
import type { EnvelopeAddress } from './envelope.ts';
import { fieldTexts, parseHeaderFields } from './header-fields.ts';

/** Every address of a list that mail can be sent to, group members included. */
function parseAddrSpecs(text: string): AddrSpec[] {
  return parseAddressList(text)
    .entries.map(findAddrSpec)
    .filter((address) => address !== undefined);
}

/** `name <@route:mailbox|host>`, `name:` and `;` for groups. */
function show({ name, route, mailbox, host }: EnvelopeAddress): string {
  if (mailbox === undefined) return ';';
  if (host === undefined) return `${mailbox}:`;
  return `${name === undefined ? '' : `${name} `}<${route === undefined ? '' : `${route}:`}${mailbox}|${host}>`;
}

const shown = (text: string) => parseAddressList(text).entries.map(show);

for (const [text, ...expected] of [
  ['a@example.com', '<a|example.com>'],
  ['John Q. Public <j@example.com>', 'John Q. Public <j|example.com>'],
  ['"Public, John" <j@example.com>, b@example.com', 'Public, John <j|example.com>', '<b|example.com>'],
  ['"a \\"quoted\\" \\\\ name" <j@example.com>', 'a "quoted" \\ name <j|example.com>'],
  ['j@example.com (John)', 'John <j|example.com>'],
  ['(c) J (c) < (c) j (c) @ (c) example (c) . com (c) > (c)', 'J <j|example.com>'],
  ['"quoted local"@example.com', '<quoted local|example.com>'],
  ['j@[192.0.2.1]', '<j|[192.0.2.1]>'],
  ['<@a.example,@b.example:j@c.example>', '<@a.example,@b.example:j|c.example>'],
  [
    'group: a@example.com, B <b@example.com>; c@example.com',
    'group:',
    '<a|example.com>',
    'B <b|example.com>',
    ';',
    '<c|example.com>',
  ],
  ['undisclosed-recipients:;', 'undisclosed-recipients:', ';'],
  ['group: a@example.com', 'group:', '<a|example.com>', ';'],
  [',, a@example.com ,,', '<a|example.com>'],
  ['<>', '<|>'],
  ['usuario1', '<usuario1|>'],
  ['', ...[]],
  ['Peña <p@españa.example>', 'Peña <p|españa.example>'],
  ['a@example.com; b@example.com', '<a|example.com>', '<b|example.com>'],
  ['<a@example.com> junk, b@example.com', '<a|example.com>', '<b|example.com>'],
  ['<a@example.com> <b@example.com>', '<a|example.com>', '<b|example.com>'],
  ['A <a@example.com, b@example.com', 'A <a|example.com>', '<b|example.com>'],
  ['=?utf-8?q?a=2Cb?= <a@example.com>', '=?utf-8?q?a=2Cb?= <a|example.com>'],
  ['a..b.@example.com', '<a..b.|example.com>'],
] as const) {
  test(`address list: ${text}`, () => assert.deepEqual(shown(text), expected));
}

test('[T16] a quoted local part, a comment, and a second @ never become another domain', () => {
  assert.deepEqual(parseAddrSpecs('"victim@gmail.com x"@internal'), [
    { localPart: 'victim@gmail.com x', domain: 'internal' },
  ]);
  assert.deepEqual(parseAddrSpecs('user@good.com(x)evil.com'), [{ localPart: 'user', domain: 'good.com' }]);
  assert.deepEqual(parseAddrSpecs('"a@good.com" <b@evil.com>'), [{ localPart: 'b', domain: 'evil.com' }]);
  assert.deepEqual(parseAddrSpecs('<a@b.example@c.example>'), [{ localPart: 'a@b.example', domain: 'c.example' }]);
  assert.equal(formatAddrSpec(parseAddrSpecs('<a@b.example@c.example>')[0]!), '"a@b.example"@c.example');
});

test('[T16] [T20] the addresses to mistrust', () => {
  const block = parseHeaderFields(corpusMessage('addresses-to-mistrust'));
  const list = (name: string) => fieldTexts(block, name).flatMap(shown);
  assert.deepEqual(list('from'), ['<victim@gmail.com x|internal.example>']);
  assert.deepEqual(list('sender'), ['x <user|good.example>']);
  assert.deepEqual(list('to'), [
    'undisclosed-recipients:',
    ';',
    'A Group:',
    '<one|example.com>',
    'two, two <two|example.com>',
    ';',
    '<@route.example,@other.example:three|example.com>',
    '<unclosed quote <four@example.com>|>',
  ]);
  assert.deepEqual(list('cc'), ['Five <five|example.com>', '<six|[192.0.2.6]>', '<seven|[IPv6:2001:db8::7]>']);
  assert.deepEqual(list('bcc').at(-1), 'eight@example.com <nine|example.com>');
});

test('an address is one only with a local part and a domain that can be', () => {
  const address = (mailbox: string | undefined, host: string | undefined) =>
    findAddrSpec({ name: undefined, route: undefined, mailbox, host });
  assert.deepEqual(address('Ñ', 'ESPAÑA.example'), { localPart: 'Ñ', domain: 'xn--espaa-rta.example' });
  for (const [mailbox, host] of [
    [undefined, undefined],
    ['group', undefined],
    ['', 'example.com'],
    ['a', ''],
    ['a', 'exa mple.com'],
    ['a\r\nRCPT TO:<b', 'example.com'],
    ['a', '[evil]'],
  ] as const) {
    assert.equal(address(mailbox, host), undefined, `${mailbox} ${host}`);
  }
});

test('any address survives being written into a list and read again', (context) => {
  const localPart = fc.string({ minLength: 1, maxLength: 20, unit: fc.constantFrom(...'aZ0.@ "\\(),:;<>[]ñ€') });
  alwaysHolds(
    context,
    fc.property(fc.array(localPart, { minLength: 1, maxLength: 5 }), (localParts) => {
      const addresses = localParts.map((text) => ({ localPart: text, domain: 'example.com' }));
      const text = addresses.map((address) => `"N, \\"x\\"" <${formatAddrSpec(address)}>`).join(', ');
      assert.deepEqual(parseAddrSpecs(text), addresses);
    }),
  );
});

/** Ten times the named bound of the trap. */
const PATIENCE_MS = 1_000;

for (const [trap, text] of [
  ['[T15] nested groups', Array.from({ length: 100_000 }, (_, i) => `g${i}:`).join('')],
  ['[T17] a megabyte of commas', ','.repeat(1_000_000)],
  ['[T17] 100,000 addresses', 'a@b.c,'.repeat(100_000)],
  ['[T17] words', 'a '.repeat(500_000)],
  ['[T17] at signs', '@'.repeat(1_000_000)],
  ['[T17] a@ a@', 'a@ '.repeat(300_000)],
  ['[T17] quotes', '"'.repeat(1_000_001)],
  ['[T17] angles', '<'.repeat(1_000_000)],
  ['[T17] closing angles', '>'.repeat(1_000_000)],
  ['[T17] routes', `<${'@a,'.repeat(300_000)}`],
  ['[T17] dots', '.'.repeat(1_000_000)],
  ['[T17] brackets', '['.repeat(1_000_000)],
  ['[T20] comments', '('.repeat(1_000_000)],
  ['[T20] a comment that ends in a backslash', `${'a (b) '.repeat(100_000)}(\\`],
  ['[T17] backslashes', '\\'.repeat(1_000_000)],
] as const) {
  test(`${trap}: linear time`, () => {
    const startMs = threadCpuMs();
    const { entries } = parseAddressList(text);
    // The last group may still be opened and ended.
    assert.ok(entries.length <= 10_002, `${entries.length} entries`);
    const tookMs = threadCpuMs() - startMs;
    assert.ok(tookMs < PATIENCE_MS, `${tookMs} ms`);
  });
}

test('[T15] [T17] beyond the limit a list is cut, and says so', () => {
  assert.equal(parseAddressList('a@b.c,'.repeat(10_001)).truncated, true);
  assert.equal(parseAddressList('a@b.c,'.repeat(9_999)).truncated, false);
});
