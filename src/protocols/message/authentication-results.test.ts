import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAuthenticationResults, readAuthservId } from './authentication-results.ts';
import { formatReceivedSpf, readSpfReceiver } from './received-spf.ts';

test('[C76] Authentication-Results, a method a line, folded between words', () => {
  assert.equal(
    formatAuthenticationResults('mail.valija.test', [
      { method: 'dmarc', result: 'fail', comment: 'p=reject', properties: [['header.from', 'example.org']] },
      {
        method: 'dkim',
        result: 'policy',
        reason: 'l= leaves 9 octets unsigned',
        properties: [
          ['header.d', 'example.org'],
          ['header.i', '@example.org'],
          ['header.b', 'abc/+def'],
        ],
      },
      { method: 'arc', result: 'none', properties: [['smtp.remote-ip', '2001:db8::1']] },
    ]),
    'Authentication-Results: mail.valija.test;\r\n' +
      '\tdmarc=fail (p=reject) header.from=example.org;\r\n' +
      '\tdkim=policy reason="l= leaves 9 octets unsigned" header.d=example.org\r\n' +
      '\theader.i=@example.org header.b="abc/+def";\r\n' +
      '\tarc=none smtp.remote-ip="2001:db8::1"\r\n',
  );
});

test('[T1] what a stranger chose ends neither its value nor its line', () => {
  const hostile = 'a.example; dkim=pass (x) header.d=bank.example\r\nX-Evil: 1\x00"\\';
  const field = formatAuthenticationResults('mail.valija.test', [
    { method: 'spf', result: 'none', comment: hostile, reason: hostile, properties: [['smtp.helo', hostile]] },
  ]);
  const value = String.raw`"a.example; dkim=pass (x) header.d=bank.example  X-Evil: 1 \"\\"`;
  const comment = '(a.example; dkim=pass ?x? header.d=bank.example  X-Evil: 1 "?)';
  assert.equal(
    field.replaceAll('\r\n\t', ' '),
    `Authentication-Results: mail.valija.test; spf=none ${comment} reason=${value} smtp.helo=${value}\r\n`,
  );
  const long = formatReceivedSpf({ result: 'none', comment: 'x', pairs: [['helo', 'x'.repeat(10_000)]] });
  assert.ok(long.length < 350);
});

test('whose word it is, however it is written', () => {
  const cases: [string, string | undefined][] = [
    [' mail.valija.test; spf=pass', 'mail.valija.test'],
    [' (a (nested) comment) MAIL.valija.test. 1; none', 'mail.valija.test'],
    [' "mail.valija\\.test"; spf=pass', 'mail.valija.test'],
    ['mail.valija.test(x);', 'mail.valija.test'],
    [' (never closed mail.valija.test; spf=pass', undefined],
    [' ; spf=pass', undefined],
    ['', undefined],
  ];
  for (const [text, expected] of cases) assert.equal(readAuthservId(text), expected, text);
});

test('[C76] Received-SPF, and its receiver', () => {
  const field = formatReceivedSpf({
    result: 'pass',
    comment: 'example.org lets 192.0.2.1 send',
    pairs: [
      ['receiver', 'mail.valija.test'],
      ['identity', 'mailfrom'],
      ['client-ip', '192.0.2.1'],
      ['envelope-from', 'ana@example.org'],
    ],
  });
  assert.equal(
    field,
    'Received-SPF: pass (example.org lets 192.0.2.1 send)\r\n' +
      '\treceiver=mail.valija.test; identity=mailfrom; client-ip=192.0.2.1;\r\n' +
      '\tenvelope-from="ana@example.org";\r\n',
  );
  assert.equal(readSpfReceiver(field.slice('Received-SPF:'.length)), 'mail.valija.test');
  assert.equal(readSpfReceiver(' pass (receiver=x) x="receiver=y"; RECEIVER = "MAIL.valija.test"'), 'mail.valija.test');
  assert.equal(readSpfReceiver(' fail (x) client-ip=192.0.2.1;'), undefined);
  assert.equal(readSpfReceiver('='.repeat(100_000)), undefined);
});
