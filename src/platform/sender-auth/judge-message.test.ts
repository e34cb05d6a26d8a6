import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeal } from 'mailauth';
import { threadCpuMs } from '../../../test/world/cpu-time.ts';
import type { GivenRecords } from '../../../test/world/given-answers.ts';
import { judge, KEYS, MESSAGE, REJECT, RSA_PEM, RSA_RECORD, signed } from '../../../test/world/stranger-mail.ts';
import { DEFAULT_JUDGEMENT_LIMITS } from './judgement-limits.ts';

test('[C31] signatures of both kinds are verified side by side, and aligned with the author', async () => {
  const message = await signed(await signed(MESSAGE), { selector: 's2' });
  const { dkim, dmarc, spf } = await judge(message);
  assert.deepEqual(
    dkim.map(({ result, domain, selector, algorithm, identity, aligned }) => [
      result,
      domain,
      selector,
      algorithm,
      identity,
      aligned,
    ]),
    [
      ['pass', 'example.org', 's2', 'ed25519-sha256', '@example.org', true],
      ['pass', 'example.org', 's1', 'rsa-sha256', '@example.org', true],
    ],
  );
  assert.equal(spf.result, 'none');
  assert.deepEqual(
    [dmarc.result, dmarc.domain, dmarc.policy, dmarc.alignedDkim, dmarc.record],
    ['pass', 'example.org', 'reject', 'example.org', 'v=DMARC1; p=reject'],
  );
});

test('[C31] a changed body and a changed header fail, and with them DMARC', async () => {
  const message = await signed(MESSAGE);
  const body = await judge(message.replace('Hola.\r\n', 'Adiós.\r\n'));
  assert.deepEqual([body.dkim[0]?.result, body.dkim[0]?.reason], ['fail', 'body hash did not verify']);
  assert.deepEqual([body.dmarc.result, body.dmarc.policy], ['fail', 'reject']);
  const header = await judge(message.replace('Subject: Hola', 'Subject: Oferta'));
  assert.deepEqual([header.dkim[0]?.result, header.dkim[0]?.reason], ['fail', 'bad signature']);
});

test('[C31] SPF proves the author only where its domain is the author’s', async () => {
  const spf = { 'example.org TXT': ['v=spf1 ip4:192.0.2.1 -all'], 'other.example TXT': ['v=spf1 ip4:192.0.2.1 -all'] };
  const own = await judge(MESSAGE, { ...REJECT, ...spf });
  assert.deepEqual([own.spf.result, own.dmarc.result, own.dmarc.alignedSpf], ['pass', 'pass', 'example.org']);
  const foreign = await judge(MESSAGE, { ...REJECT, ...spf }, 'x@other.example');
  assert.deepEqual([foreign.spf.result, foreign.dmarc.result], ['pass', 'fail']);
});

test('sp, np, t and pct=0 say what holds for the message', async () => {
  const from = (domain: string) => MESSAGE.replace('ana@example.org', `ana@${domain}`);
  const policy = async (record: string, message = MESSAGE, more: GivenRecords = {}) =>
    (await judge(message, { '_dmarc.example.org TXT': [record], ...more })).dmarc.policy;
  const exists = { 'sub.example.org A': ['192.0.2.7'] };
  assert.equal(await policy('v=DMARC1; p=quarantine'), 'quarantine');
  assert.equal(await policy('v=DMARC1; p=reject; sp=none', from('sub.example.org'), exists), 'none');
  assert.equal(await policy('v=DMARC1; p=none; np=reject', from('nobody.example.org')), 'reject');
  assert.equal(await policy('v=DMARC1; p=none; np=reject', from('sub.example.org'), exists), 'none');
  assert.equal(await policy('v=DMARC1; p=reject; t=y'), 'quarantine');
  assert.equal(await policy('v=DMARC1; p=reject; pct=0'), 'quarantine');
  assert.equal(await policy('v=DMARC1; p=quarantine; pct=0'), 'none');
  assert.equal(await policy('v=DMARC1; p=reject; pct=50'), 'reject');
});

test('[T36] of a hundred signatures ten are verified, the others counted', async () => {
  const one = (await signed(MESSAGE)).slice(0, -MESSAGE.length);
  const { dkim, unverifiedSignatures, answers } = await judge(one.repeat(100) + MESSAGE);
  assert.equal(dkim.length, DEFAULT_JUDGEMENT_LIMITS.signatures);
  assert.equal(unverifiedSignatures, 90);
  // One key, asked for once, and the policy.
  assert.equal(answers.filter(({ name }) => name.includes('_domainkey')).length, 1);
});

test('what l= leaves unsigned proves nothing', async () => {
  const message = await signed(MESSAGE, { bodyLength: 7 });
  const whole = await judge(message);
  assert.deepEqual([whole.dkim[0]?.result, whole.dmarc.result], ['pass', 'pass']);
  const { dkim, dmarc } = await judge(`${message}Compre aquí.\r\n`);
  assert.equal(dkim[0]?.result, 'policy');
  assert.match(dkim[0]?.reason ?? '', /^l= leaves \d+ octets unsigned$/);
  assert.equal(dmarc.result, 'fail');
});

test('a key that nobody could fetch is no failure: DMARC is undecided where it could have been the author’s', async () => {
  const message = await signed(MESSAGE);
  const own = await judge(message, { ...REJECT, 's1._domainkey.example.org TXT': 'servfail' });
  assert.deepEqual([own.dkim[0]?.result, own.dmarc.result], ['temperror', 'temperror']);
  assert.equal(own.dmarc.policy, 'reject');
  const foreign = await signed(MESSAGE, { domain: 'lists.example.net' });
  const { dmarc } = await judge(foreign, { ...REJECT, 's1._domainkey.lists.example.net TXT': 'timeout' });
  assert.equal(dmarc.result, 'fail');
  const policy = await judge(message, { ...KEYS, '_dmarc.example.org TXT': 'timeout' });
  assert.equal(policy.dmarc.result, 'temperror');
});

test('several authors are no way around a policy', async () => {
  const own = { '_dmarc.other.example TXT': ['v=DMARC1; p=none'], 'other.example TXT': ['v=spf1 +all'] };
  const from = (field: string) => MESSAGE.replace('From: Ana <ana@example.org>', field);
  const of = async (field: string) => (await judge(from(field), { ...REJECT, ...own }, 'x@other.example')).dmarc;
  for (const field of [
    'From: x@other.example, ana@example.org',
    'From: x@other.example\r\nFrom: ana@example.org',
    'From: Todos: x@other.example, ana@example.org;',
    'From:\r\n x@other.example,\r\n\t(nota) Ana\r\n <ana@example.org>',
    'From: x@other.example\r\nSubject: uno\r\nfrom : ana@example.org',
  ]) {
    const { result, domain, policy } = await of(field);
    assert.deepEqual([result, domain, policy], ['fail', 'example.org', 'reject'], field);
  }
  const many = Array.from({ length: 5 }, (_, i) => `a@d${i}.example`).join(', ');
  assert.equal((await of(`From: ${many}`)).result, 'permerror');
  assert.equal((await of('From: nobody')).result, 'none');
});

test('[C31] an ARC chain is followed to its oldest sealer, with what each one saw', async () => {
  const seal = async (message: string, domain: string, cv: 'none' | 'pass', dmarc: string) => {
    const { headers, errors } = await createSeal(Buffer.from(message), {
      seal: {
        signingDomain: domain,
        selector: 's1',
        privateKey: RSA_PEM,
        cv,
        authResults: `${domain}; dmarc=${dmarc} header.from=example.org`,
      },
    });
    assert.deepEqual(errors, []);
    return `${headers.join('\r\n')}\r\n${message}`;
  };
  const keys = {
    ...REJECT,
    's1._domainkey.lists.example.net TXT': [RSA_RECORD],
    's1._domainkey.relay.example TXT': [RSA_RECORD],
  };
  const once = await seal(MESSAGE, 'lists.example.net', 'none', 'pass');
  const twice = await seal(once, 'relay.example', 'pass', 'fail');
  const { arc } = await judge(twice, keys);
  assert.deepEqual(arc, {
    result: 'pass',
    sets: [
      { sealer: 'lists.example.net', dmarc: 'pass', author: 'example.org' },
      { sealer: 'relay.example', dmarc: 'fail', author: 'example.org' },
    ],
    reason: undefined,
  });
  const broken = await judge(twice.replace('Hola.\r\n', 'Adiós.\r\n'), keys);
  assert.equal(broken.arc.result, 'fail');
  assert.equal((await judge(MESSAGE, keys)).arc.result, 'none');
});

test('[T36] headers that only cost time: a thousand names in h=, a From of addresses without end', async () => {
  const begun = threadCpuMs();
  const names = Array.from({ length: 1_000 }, (_, i) => `x${i}`).join(':');
  const field = `DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s1; h=from:${names}; bh=AAAA; b=AAAA\r\n`;
  const { dkim } = await judge(field.repeat(50) + MESSAGE);
  assert.equal(dkim.length, 10);
  const authors = 'a@example.org, '.repeat(20_000);
  await judge(MESSAGE.replace('From: Ana', `From: ${authors} Ana`));
  await judge(MESSAGE.replace('From: Ana', `From: ${'('.repeat(100_000)} Ana`));
  assert.ok(threadCpuMs() - begun < 20_000);
});

test('a message of several megabytes is verified in pieces', async () => {
  const { dkim } = await judge(await signed(MESSAGE + 'Otra frase de este texto.\r\n'.repeat(100_000)));
  assert.equal(dkim[0]?.result, 'pass');
});

test('of a bounce HELO speaks, also to DMARC; names that are not ASCII are compared as the DNS has them', async () => {
  const helo = { 'mx.example.org TXT': ['v=spf1 ip4:192.0.2.1 -all'] };
  const bounce = await judge(MESSAGE, { ...REJECT, ...helo }, '');
  assert.deepEqual(
    [bounce.spf.identity, bounce.dmarc.result, bounce.dmarc.alignedSpf],
    ['helo', 'pass', 'mx.example.org'],
  );
  const written = Buffer.from(MESSAGE.replace('ana@example.org', 'ana@españa.example')).toString('latin1');
  const spanish = {
    '_dmarc.xn--espaa-rta.example TXT': ['v=DMARC1; p=reject'],
    'xn--espaa-rta.example TXT': ['v=spf1 +all'],
  };
  const { dmarc } = await judge(written, spanish, 'ana@españa.example');
  assert.deepEqual([dmarc.domain, dmarc.result], ['xn--espaa-rta.example', 'pass']);
});
