import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { threadCpuMs } from '../../../../test/world/cpu-time.ts';
import { alwaysHolds } from '../../../../test/world/generated-inputs.ts';
import { DEFAULT_SMTP_QUIRKS } from '../quirks.ts';
import { parseCommandLine } from './command-line.ts';
import { parseGreetingName } from './greeting-name.ts';
import { parseMailParameters } from './mail-parameters.ts';
import { parseMailbox } from './mailbox.ts';
import { formatPath, parsePathMailbox, splitPathArgument } from './path.ts';
import { parseRcptParameters } from './rcpt-parameters.ts';
import { formatXtext, parseXtext } from './xtext.ts';

const STRICT = { spaceAfterColon: false, looseGreetingName: false, utf8InRfc822Orcpt: false };

test('a command is a verb in any case and the rest', () => {
  assert.deepEqual(parseCommandLine('ehlo a.example'), { verb: 'EHLO', argument: 'a.example' });
  assert.deepEqual(parseCommandLine('QUIT  '), { verb: 'QUIT', argument: '' });
  assert.deepEqual(parseCommandLine('mail FROM:<a b>'), { verb: 'MAIL', argument: 'FROM:<a b>' });
  assert.deepEqual(parseCommandLine(''), { verb: '', argument: '' });
});

test('[T16] a mailbox is the whole text, and its domain what stands behind the last unquoted @', () => {
  const cases: readonly (readonly [string, string | undefined, string?])[] = [
    ['a@b.example', 'a', 'b.example'],
    ['A.b+c@B.example', 'A.b+c', 'b.example'],
    ['"victim@gmail.com x"@internal', 'victim@gmail.com x', 'internal'],
    ['"a\\"b\\\\c"@b', 'a"b\\c', 'b'],
    ['"a\\@b"@c', 'a@b', 'c'],
    ['ñandú@españa.example', 'ñandú', 'xn--espaa-rta.example'],
    ['a@[192.0.2.1]', 'a', '[192.0.2.1]'],
    ['a@[ipv6:2001:db8::1]', 'a', '[IPv6:2001:db8::1]'],
    ['a@[192.0.2.256]', undefined],
    ['a@192.0.2.1', undefined],
    ['a@-b', undefined],
    [`;sleep 9;@x`, undefined],
    ['`id`@x', '`id`', 'x'],
    ["$'|{}@x", "$'|{}", 'x'],
    ['user@good.com(x)evil.com', undefined],
    ['user@good.com,evil.com', undefined],
    ['user@good.com@evil.com', undefined],
    ['user%evil.com@good.com', 'user%evil.com', 'good.com'],
    ['"a"b@c', undefined],
    ['a."b"@c', undefined],
    ['a..b@c', undefined],
    ['.a@c', undefined],
    ['a.@c', undefined],
    ['""@c', undefined],
    ['"a@c', undefined],
    ['"a\\"@c', undefined],
    ['a', undefined],
    ['a@', undefined],
    ['@a', undefined],
    ['a b@c', undefined],
    [`${'l'.repeat(255)}@c`, 'l'.repeat(255), 'c'],
    [`${'l'.repeat(256)}@c`, undefined],
  ];
  for (const [text, localPart, domain] of cases) {
    const expected = localPart === undefined ? undefined : { localPart, domain };
    assert.deepEqual(parseMailbox(text), expected, text);
  }
});

test('a mailbox that was read is written and read again the same', (context) => {
  const localPart = fc.string({ unit: fc.constantFrom('a', '.', '"', '\\', '@', ' ', '>', '<', 'ñ', '😀', ',') });
  alwaysHolds(
    context,
    fc.property(localPart, (text) => {
      fc.pre(text !== '');
      const address = { localPart: text, domain: 'valija.test' };
      assert.deepEqual(parseMailbox(formatAddrSpec(address)), address);
      const split = splitPathArgument(`TO:${formatPath(address)} X=1`, 'TO:', STRICT);
      assert.deepEqual(split && parsePathMailbox(split.path), address);
      assert.equal(split?.parameters, 'X=1');
    }),
  );
});

test('a path ends at its bracket, quotes looked at', () => {
  const split = (text: string, quirks = STRICT) => splitPathArgument(text, 'FROM:', quirks);
  assert.deepEqual(split('FROM:<a@b>'), { path: 'a@b', parameters: '' });
  assert.deepEqual(split('from:<> SIZE=1 BODY=7BIT'), { path: '', parameters: 'SIZE=1 BODY=7BIT' });
  assert.deepEqual(split('FROM:<"a>b"@c> X'), { path: '"a>b"@c', parameters: 'X' });
  for (const wrong of ['FROM:a@b', 'FROM:<a@b', 'FROM:<a@b>SIZE=1', 'FROM:<<a@b>>', 'TO:<a@b>', 'FROM', '', 'FROM:']) {
    assert.equal(split(wrong), undefined, wrong);
  }
});

test('quirk spaceAfterColon, on and off', () => {
  assert.deepEqual(splitPathArgument('FROM: <a@b>', 'FROM:', DEFAULT_SMTP_QUIRKS), { path: 'a@b', parameters: '' });
  assert.equal(splitPathArgument('FROM: <a@b>', 'FROM:', STRICT), undefined);
});

test('quirk looseGreetingName, on and off', () => {
  for (const [name, loose, strict] of [
    ['Pc.Example', 'pc.example', 'pc.example'],
    ['[127.0.0.1]', '[127.0.0.1]', '[127.0.0.1]'],
    ['my_pc', 'my_pc', undefined],
    ['pc.example.', 'pc.example', undefined],
    ['', undefined, undefined],
    ['a b', undefined, undefined],
    ['192.0.2.1', '192.0.2.1', undefined],
    ['[pc]', undefined, undefined],
  ] as const) {
    assert.equal(parseGreetingName(name, DEFAULT_SMTP_QUIRKS), loose, name);
    assert.equal(parseGreetingName(name, STRICT), strict, name);
  }
});

test('a source route is read and dropped', () => {
  assert.deepEqual(parsePathMailbox('@a.example,@b.example:c@d'), { localPart: 'c', domain: 'd' });
  for (const wrong of ['@a.example', '@a.example:', 'a:c@d', '@:c@d', '@a,b:c@d']) {
    assert.equal(parsePathMailbox(wrong), undefined, wrong);
  }
});

test('[T11] xtext decodes to printable text or to nothing', (context) => {
  assert.equal(parseXtext('a+2Bb+3D+20c'), 'a+b= c');
  for (const wrong of ['+0A', '+0D', '+00', 'a+7F', '+2b', '+2', '+', 'a=b', 'a b', 'ñ', '+C3+B1', '+80']) {
    assert.equal(parseXtext(wrong), undefined, wrong);
  }
  alwaysHolds(
    context,
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => assert.equal(parseXtext(formatXtext(text)), text)),
  );
});

test('the parameters of MAIL', () => {
  const parsed = parseMailParameters('size=100 BODY=8bitmime SMTPUTF8 AUTH=a+2Bb@c RET=hdrs ENVID=Q+2D1 RequireTLS');
  assert.deepEqual(parsed, {
    ok: true,
    value: {
      declaredSizeBytes: 100,
      body: '8BITMIME',
      smtpUtf8: true,
      auth: 'a+b@c',
      dsn: { ret: 'HDRS', envid: 'Q-1' },
      requireTls: true,
    },
  });
});

test('[T11] what is wrong with the parameters of MAIL', () => {
  for (const [text, code, enhanced] of [
    ['SIZE', 501, '5.5.4'],
    ['SIZE=', 501, '5.5.4'],
    ['SIZE=-1', 501, '5.5.4'],
    ['SIZE=1e9', 501, '5.5.4'],
    [`SIZE=${'9'.repeat(21)}`, 501, '5.5.4'],
    ['SIZE=1 SIZE=2', 501, '5.5.4'],
    ['BODY=9BIT', 501, '5.5.4'],
    ['SMTPUTF8=yes', 501, '5.5.4'],
    ['REQUIRETLS=yes', 501, '5.5.4'],
    ['AUTH=+00', 501, '5.5.4'],
    ['AUTH=a=b', 501, '5.5.4'],
    ['RET=ALL', 501, '5.5.4'],
    ['ENVID=+0A', 501, '5.5.4'],
    [`ENVID=${'a'.repeat(101)}`, 501, '5.5.4'],
    ['=1', 501, '5.5.4'],
    ['ſIZE=1', 501, '5.5.4'],
    ['FOO=1', 555, '5.5.4'],
    ['NOTIFY=NEVER', 555, '5.5.4'],
    ['__PROTO__=1', 501, '5.5.4'],
    ['CONSTRUCTOR=1', 555, '5.5.4'],
  ] as const) {
    const parsed = parseMailParameters(text);
    assert.ok(!parsed.ok, text);
    assert.deepEqual([parsed.error.code, parsed.error.enhanced], [code, enhanced], text);
  }
});

test('the parameters of RCPT', () => {
  assert.deepEqual(parseRcptParameters('NOTIFY=success,DELAY ORCPT=rfc822;a+2Bb@c', STRICT), {
    ok: true,
    value: { notify: ['SUCCESS', 'DELAY'], orcpt: 'rfc822;a+b@c' },
  });
  assert.deepEqual(parseRcptParameters('NOTIFY=NEVER', STRICT), {
    ok: true,
    value: { notify: ['NEVER'], orcpt: undefined },
  });
  assert.deepEqual(parseRcptParameters('ORCPT=utf-8;ñ@c', STRICT), {
    ok: true,
    value: { notify: undefined, orcpt: 'utf-8;ñ@c' },
  });
});

test('quirk utf8InRfc822Orcpt, on and off: what Postfix says of a recipient beyond ASCII is read as utf-8', () => {
  const orcptOf = (value: string) => {
    const parsed = parseRcptParameters(`ORCPT=${value}`, DEFAULT_SMTP_QUIRKS);
    return parsed.ok ? parsed.value.orcpt : undefined;
  };
  assert.equal(orcptOf('rfc822;mar+C3+ADa@c'), 'utf-8;maría@c');
  assert.equal(orcptOf('RFC822;mar+C3+ADa+2Bx@+C3+B1.c'), 'utf-8;maría+x@ñ.c');
  assert.equal(orcptOf('rfc822;a+2Bb@c'), 'rfc822;a+b@c');
  for (const wrong of ['rfc822;+C3+B1+0A', 'rfc822;+C3', 'rfc822;+C2+85', 'rfc822;ñ', 'x400;+C3+B1'])
    assert.equal(orcptOf(wrong), undefined, wrong);
  assert.equal(parseRcptParameters('ORCPT=rfc822;mar+C3+ADa@c', STRICT).ok, false);
});

test('[T11] what is wrong with the parameters of RCPT', () => {
  for (const text of [
    'NOTIFY',
    'NOTIFY=NEVER,DELAY',
    'NOTIFY=SUCCESS,SUCCESS',
    'NOTIFY=,',
    'ORCPT=a@b',
    'ORCPT=;a@b',
    'ORCPT=rfc822;',
    'ORCPT=rfc822;+0A',
    'ORCPT=rfc822;+00',
    'ORCPT=rfc822;ñ',
    'ORCPT=a b;c',
    'ORCPT=(x);c',
    `ORCPT=rfc822;${'a'.repeat(500)}`,
  ]) {
    const parsed = parseRcptParameters(text, STRICT);
    assert.ok(!parsed.ok, text);
    assert.equal(parsed.error.code === 501 || parsed.error.code === 555, true, text);
  }
});

test('[T21] the grammar takes no longer for hostile lines than for honest ones', () => {
  const hostile = ['<"'.repeat(6_000), `<"${'\\"'.repeat(6_000)}`, `${'a.'.repeat(6_000)}`, '<'.repeat(12_000)];
  const before = threadCpuMs();
  for (const text of hostile) {
    splitPathArgument(`FROM:${text}`, 'FROM:', STRICT);
    parseMailbox(text);
    parsePathMailbox(`@${text}`);
    parseXtext(text);
    parseMailParameters(text);
  }
  assert.ok(threadCpuMs() - before < 500);
});
