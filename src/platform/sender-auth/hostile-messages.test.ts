// What strangers write to be taken for somebody else: in From, in a signature, behind the octets that it covers. Each row
// says what must be found out, and by what DMARC judges.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuthenticationFindings } from '#mail/ports/sender-authentication.ts';
import { threadCpuMs } from '../../../test/world/cpu-time.ts';
import type { GivenRecords } from '../../../test/world/given-answers.ts';
import { judge, KEYS, MESSAGE, REJECT, RSA_RECORD, signed } from '../../../test/world/stranger-mail.ts';

/** The stranger may send for domains of his own, and example.org refuses whatever is not proven. */
const DNS: GivenRecords = {
  ...REJECT,
  'evil.example TXT': ['v=spf1 +all'],
  '_dmarc.evil.example TXT': ['v=DMARC1; p=none'],
};

const fromStranger = async (from: string): Promise<AuthenticationFindings['dmarc']> => {
  const message = MESSAGE.replace('From: Ana <ana@example.org>', from);
  return (await judge(message, DNS, 'x@evil.example')).dmarc;
};

/** Ways to write an author of example.org. */
const OF_EXAMPLE_ORG: readonly (readonly [what: string, from: string])[] = [
  ['in capitals', 'FROM: ANA@EXAMPLE.ORG'],
  ['a blank before the colon', 'From : ana@example.org'],
  ['folded before the address', 'From:\r\n\tAna\r\n <ana@example.org>'],
  ['folded by a line of blanks', 'From:\r\n \t \r\n ana@example.org'],
  ['comments everywhere', 'From: (a) ana (b) @ (c) example.org (d)'],
  ['a comment that names another', 'From: ana@example.org (x@evil.example)'],
  ['a name that is another address', 'From: "x@evil.example" <ana@example.org>'],
  ['an encoded name that is another address', 'From: =?utf-8?q?x=40evil.example?= <ana@example.org>'],
  ['a route', 'From: <@evil.example:ana@example.org>'],
  ['a quoted local part', 'From: "x@evil.example"@example.org'],
  ['a group', 'From: Todos: ana@example.org;'],
  ['a group, and another behind it', 'From: x@evil.example, Todos: ana@example.org;'],
  ['a second one behind a comma', 'From: x@evil.example, ana@example.org'],
  ['a second field', 'From: x@evil.example\r\nFrom: ana@example.org'],
  ['a second field in front', 'From: ana@example.org\r\nFrom: x@evil.example'],
  ['a second field far below', 'From: x@evil.example\r\nX-A: 1\r\nfRoM: ana@example.org'],
];

for (const [what, from] of OF_EXAMPLE_ORG) {
  test(`an author of example.org, ${what}: its policy holds`, async () => {
    const { result, domain, policy } = await fromStranger(from);
    assert.deepEqual([result, domain, policy], ['fail', 'example.org', 'reject'], from);
  });
}

/** Ways to write an author of evil.example that look like one of example.org. */
const OF_EVIL_EXAMPLE: readonly (readonly [what: string, from: string])[] = [
  ['a name like an address', 'From: "ana@example.org" <x@evil.example>'],
  ['a comment like an address', 'From: x@evil.example (ana@example.org)'],
  ['a local part like an address', 'From: "ana@example.org"@evil.example'],
  ['a route through it', 'From: <@example.org:x@evil.example>'],
];

for (const [what, from] of OF_EVIL_EXAMPLE) {
  test(`[T16] an author of evil.example, ${what}: nobody else's policy holds`, async () => {
    const { result, domain } = await fromStranger(from);
    assert.deepEqual([result, domain], ['pass', 'evil.example'], from);
  });
}

test('no author is nobody: there is no pass to be had', async () => {
  for (const from of ['From: ;', 'From: Todos:;', 'From: ', 'From: ana', 'From: ana@', 'X-From: ana@example.org']) {
    assert.notEqual((await fromStranger(from)).result, 'pass', from);
  }
});

test('[T15] groups in groups without end cost no time and prove nothing', async () => {
  const begun = threadCpuMs();
  const { result } = await fromStranger(`From: ${'g:'.repeat(20_000)} ana@example.org;`);
  assert.notEqual(result, 'pass');
  assert.ok(threadCpuMs() - begun < 5_000);
});

/** What is done to a good signature of example.org, and what of it remains. */
const SIGNATURES: readonly (readonly [what: string, change: (message: string) => string])[] = [
  ['another domain', (text) => text.replace('d=example.org', 'd=evil.example')],
  ['another selector', (text) => text.replace('s=s1;', 's=s9;')],
  ['an identity of another domain', (text) => text.replace('d=example.org;', 'd=example.org; i=@evil.example;')],
  ['From is not signed', (text) => text.replace(': From;', ';')],
  ['it is of a later version', (text) => text.replace('v=1;', 'v=2;')],
  ['it has expired', (text) => text.replace('v=1;', 'v=1; x=1;')],
  ['it is of a hash that nobody uses any more', (text) => text.replace('a=rsa-sha256', 'a=rsa-sha1')],
  ['it covers no octet', (text) => text.replace('v=1;', 'v=1; l=0;')],
  ['it covers more octets than there are', (text) => text.replace('v=1;', 'v=1; l=999999;')],
  ['it covers a negative number of octets', (text) => text.replace('v=1;', 'v=1; l=-1;')],
  ['a tag stands there twice', (text) => text.replace('v=1;', 'v=1; d=evil.example;')],
  ['it has no hash of the body', (text) => text.replace(/bh=[^;]*;/, '')],
];

for (const [what, change] of SIGNATURES) {
  test(`[C31] a signature that was changed proves nothing: ${what}`, async () => {
    const message = await signed(MESSAGE);
    const changed = change(message);
    assert.notEqual(changed, message);
    const { dkim, dmarc } = await judge(changed, {
      ...KEYS,
      ...REJECT,
      's1._domainkey.evil.example TXT': [RSA_RECORD],
    });
    assert.ok(dkim.every(({ result }) => result !== 'pass'));
    assert.equal(dmarc.result, 'fail');
  });
}

test('a key of the DNS that was revoked, or is for something else, proves nothing', async () => {
  const message = await signed(MESSAGE);
  const weak =
    'v=DKIM1; p=MEgCQQCzgGnUlEQ3mkFI6UMZo5FMcqVPPgAjJ6zQmkcbzSeOkqrVLdTTG3H3lqQKVFZVCx3l5+yz0nnWNz0eZ4vMUKqXAgMBAAE=';
  for (const record of [
    RSA_RECORD.replace(/p=.*/, 'p='),
    RSA_RECORD.replace('v=DKIM1;', 'v=DKIM2;'),
    RSA_RECORD.replace('p=', 'h=sha1; p='),
    RSA_RECORD.replace('p=', 's=tlsrpt; p='),
    RSA_RECORD.replace('p=', 'k=ed25519; p='),
    RSA_RECORD.slice(0, -40),
    weak,
  ]) {
    const { dkim, dmarc } = await judge(message, { ...REJECT, 's1._domainkey.example.org TXT': [record] });
    assert.deepEqual([dkim.filter(({ result }) => result === 'pass'), dmarc.result], [[], 'fail'], record);
  }
});

/** Octets behind those that `l=` counts, wherever a mail program would show them. */
test('l=: whatever is added behind the signed octets takes the proof away', async () => {
  const message = await signed(MESSAGE, { bodyLength: 7 });
  for (const added of [
    '\r\n',
    '<b>Compre</b>\r\n',
    '--x\r\nContent-Type: text/html\r\n\r\nCompre\r\n',
    `${'\r\n'.repeat(200)}x\r\n`,
  ]) {
    const { dkim, dmarc } = await judge(message + added);
    if (added.trim() === '') assert.equal(dmarc.result, 'pass');
    else assert.deepEqual([dkim[0]?.result, dmarc.result], ['policy', 'fail'], added);
  }
});

test('beside a signature with l= a whole one still proves', async () => {
  const whole = `${MESSAGE}Y otra.\r\n`;
  const both = await signed(await signed(whole), { bodyLength: 7 });
  const { dkim, dmarc } = await judge(both);
  assert.deepEqual([dkim.map(({ result }) => result), dmarc.result], [['policy', 'pass'], 'pass']);
});
