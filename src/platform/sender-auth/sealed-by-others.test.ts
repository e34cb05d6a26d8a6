import assert from 'node:assert/strict';
import { test } from 'node:test';
import { givenAnswers } from '../../../test/world/given-answers.ts';
import { judgeMessage } from './judge-message.ts';

/** Sealed twice by dkimpy 1.1.4, with its test key: by a mailing list, and by a server behind it. */
const SEALED = `ARC-Seal: i=2; cv=pass; a=rsa-sha256; d=relay.example; s=s1;
 t=1750000100;
 b=Jny1GcOEZDXsdpMXl95TiSTSnPfqJIynmtQUImglWotiZ+INe/YgqpmxttxystA9DcSt5
 gwIJ6y3YeSE5jI+Sf1LgzjLhnvTlF6hJzoapYnq1DZq/Gz1YY1g0Ip8kbG/+bxc8igfbHkW
 bGQ+wTKlknYfCak5ad9g53ZT7gLpQgz8RkvCQ/EvNwjsopIC6skREgLQFJFVZ8O8fbOFUEb
 CQoCE5gByWPqdAgUH184oI5iygMgQ/FujDOTHzxCxXQ2+iZvUHfFjl8aQpBpYaUOyWPkxdG
 +jKQYaM0+7hr05bWQTIBaEin5EYudo0mX9DvyiAbP86yEVbNyjgQIE4miNBA==
ARC-Message-Signature: i=2; a=rsa-sha256; c=relaxed/relaxed;
 d=relay.example; s=s1; t=1750000100; h=from : to : subject : date :
 message-id : from; bh=iLpO0q1Cj+HrpqroUPTrvNzPC7CEKON5XTaMfXDI2QE=;
 b=2OX5hI3esTvu2z7BkUvzdTAX8CGpYdbwPmCMgAsP6QBqq8c3IvbAkhlLtz+iChYBb8o66
 P2MXHy9P/r6ERVB20VEMpVmgMLFOeBm37k2YCp7XX8z8F+wcSgAp+kgfjfTAUI8+BfvZTtT
 uKsEHDfFVx+cl+6VT9oR2DkttET5M1Bv5rJ6dYGlWajsTDNNFflFlg/1kgBdEvvudCyOhZQ
 KrN7HtGHRjxj2EA9g2d/gAYH8slDXoWwrHYbfDypt8vYHdOZEz8t8GTil4Rt+YUkPH3cy6b
 XcoEDsbG1s2+liK2KJFFeXkhCy2OfiU88zWnUxBaV3e9MfbeqzF7Id+BJZPg==
ARC-Authentication-Results: i=2; relay.example; arc=pass;
  dmarc=fail header.from=example.org
Authentication-Results: relay.example; arc=pass; dmarc=fail header.from=example.org
ARC-Seal: a=rsa-sha256; b=bcPY4wtuoZOmcvX6svYbEqBz98M//qMaOpFHnjNWki2f+yEECxz+8nWZadkvWxVI0YfvTlBCBJaUp04RXPGST7PlWbTwW3VCU4qzygE8gEUwXWrUKSI6f2RSKrk5WOg71ioB+DAyviHplmltOEEWtbzCMLwKqYDUiQYBBL7jcbJuBJscTesI7ylACvilERKM7QDbaIfPirN1Lj3Cx4HxKR+AXvmpnRigecAUz3fSpA1zkTgzUqCQM8lzS9sRAzZjJAFgs3kxg2V9Kv4+FvYACesmdaSFXUJcOqCb/g23cXWdYtLgWI2R/RietVND4CYggz84j74FpH3KpoiWtVpE+g==; cv=none; d=lists.example.net; i=1; s=s1; t=1750000000
ARC-Message-Signature: a=rsa-sha256; b=JD3d+xEbNvFaJ+MVTjfOMqPx42bZlIiCupDlWPt2kBSMJZgiwAatzbv172d/pXAFvHc+b51HR+aIZUcmdsskMMn4rg6YpAppq5Sb9GzCi3ZEhfluYtgO9fM3JdySNFp3OkkWu9QXckBb7G1cCfY3olTb2qOzQTEM/l6gt5Ii9LDbr0MeOAgKaYKh+zcUeVBsnq9rPss3qH1vI958MC9PI307Qs2OaatenuO657h7pvw9UEBnN/arUijoFMr/zq/Yx2yWa9ycOC4O4XotwcPTeEY8zyqmZqdA+nRNCU8690+FB98z0SO0j6cJM0poujp59ezEmMxg3DiiZLI/1M+Wug==; bh=iLpO0q1Cj+HrpqroUPTrvNzPC7CEKON5XTaMfXDI2QE=; c=relaxed/relaxed; d=lists.example.net; h=from:to:subject:date:message-id:from; i=1; s=s1; t=1750000000
ARC-Authentication-Results: i=1; lists.example.net; arc=none;
  spf=pass smtp.mailfrom=ana@example.org;
  dkim=pass header.d=example.org;
  dmarc=pass header.from=example.org
From: Ana <ana@example.org>
To: usuario1@valija.test
Subject: [lista] Hola
Date: Sat, 21 Nov 2026 10:00:00 +0000
Message-ID: <1@example.org>
Authentication-Results: lists.example.net; arc=none; spf=pass smtp.mailfrom=ana@example.org; dkim=pass header.d=example.org; dmarc=pass header.from=example.org

Hola.
-- 
lista@lists.example.net
`;

const KEY =
  'v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA5Ru5WVhkPiBuE+mOf29uqontUfoQpcWX04sA/V6dRmZ0I2kRHOSKYXLW84sqPiWyfKH4WaP7f0p6RvENyIqFjCYWDPxSX5Ck/rj0jUzQ6FKloUb9M/0hhdUy2xa7przy7wudLu7WpgxyMLogPZfWMV369vvPefyvuXF8B3rCuy5qSNyvnDf0Dn4/blILfyw5df4JWJIj0FfXxc3LMMLQM+Nn8q71iJmH5qXuB78GWUjT7erEXnrXdWKZimM9l6fMSOb6EBm0AwNVR+mOGwt05LPrSHFrwKJSNRB5gBOzXfmjdUpghIq+wLF1trz+oJt5CcZs45GPjiuyUomI+HgFpQIDAQAB';

async function judge(message: string) {
  const question = { clientAddress: '192.0.2.1', helo: 'x.example', reversePath: '', receiver: 'mail.valija.test' };
  const octets = (async function* () {
    yield Buffer.from(message.replaceAll('\n', '\r\n'));
  })();
  const dns = givenAnswers({
    's1._domainkey.lists.example.net TXT': [KEY],
    's1._domainkey.relay.example TXT': [KEY],
  });
  return (await judgeMessage(question, octets, dns)).arc;
}

test('[C31] a chain that another program sealed is verified', async () => {
  assert.deepEqual(await judge(SEALED), {
    result: 'pass',
    sets: [
      { sealer: 'lists.example.net', dmarc: 'pass', author: 'example.org' },
      { sealer: 'relay.example', dmarc: 'fail', author: 'example.org' },
    ],
    reason: undefined,
  });
});

const field = (name: string, instance: number) =>
  new RegExp(`^${name}: (?=[^\\n]*\\bi=${instance};).*\\n(?:[ \\t].*\\n)*`, 'm');

/** What may be done to a chain by whoever passes it on. RFC 8617 §5.2. */
const BROKEN: readonly (readonly [what: string, change: (message: string) => string])[] = [
  ['the body was changed after the newest seal', (text) => text.replace('Hola.', 'Adiós.')],
  ['a signed field was changed', (text) => text.replace('Subject: [lista]', 'Subject: [oferta]')],
  ['what a sealer says was changed', (text) => text.replace('arc=none;', 'arc=pass;')],
  ['the newest seal is missing', (text) => text.replace(field('ARC-Seal', 2), '')],
  ['the oldest seal is missing', (text) => text.replace(field('ARC-Seal', 1), '')],
  ['the newest signature is missing', (text) => text.replace(field('ARC-Message-Signature', 2), '')],
  ['a set stands there twice', (text) => (field('ARC-Seal', 1).exec(text)?.[0] ?? '') + text],
  ['the chain says itself that it is broken', (text) => text.replace('cv=pass', 'cv=fail')],
  ['the first one says that there was a chain before', (text) => text.replace('cv=none', 'cv=pass')],
  ['an instance beyond fifty', (text) => text.replaceAll('i=2;', 'i=51;')],
  ['a gap', (text) => text.replaceAll('i=2;', 'i=3;')],
  ['a weak algorithm', (text) => text.replace('ARC-Seal: a=rsa-sha256', 'ARC-Seal: a=rsa-sha1')],
  ['h= in a seal', (text) => text.replace('ARC-Seal: a=rsa-sha256;', 'ARC-Seal: a=rsa-sha256; h=from;')],
  ['a sealer without a key', (text) => text.replaceAll('d=relay.example', 'd=other.example')],
];

for (const [what, change] of BROKEN) {
  test(`[C31] a broken chain: ${what}`, async () => {
    const changed = change(SEALED);
    assert.notEqual(changed, SEALED);
    assert.equal((await judge(changed)).result, 'fail');
  });
}
