// The examples of RFC 6376 Appendix A (keys of Appendix C) and of RFC 8463 Appendix A, made anew: RSA as PKCS #1 pads it and
// Ed25519 have one signature for one input, so that ours must be theirs.

import assert from 'node:assert/strict';
import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { test } from 'node:test';
import { parseHeaderFields } from '#protocols/message/header-fields.ts';
import { BodyHash } from './body-hash.ts';
import type { Canonicalization } from './canonicalization.ts';
import { canonicalFields, signingInput } from './signing-input.ts';

const RFC_6376_KEY = createPrivateKey(`-----BEGIN RSA PRIVATE KEY-----
MIICXwIBAAKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFC
jxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gb
to/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB
AoGBALmn+XwWk7akvkUlqb+dOxyLB9i5VBVfje89Teolwc9YJT36BGN/l4e0l6QX
/1//6DWUTB3KI6wFcm7TWJcxbS0tcKZX7FsJvUz1SbQnkS54DJck1EZO/BLa5ckJ
gAYIaqlA9C0ZwM6i58lLlPadX/rtHb7pWzeNcZHjKrjM461ZAkEA+itss2nRlmyO
n1/5yDyCluST4dQfO8kAB3toSEVc7DeFeDhnC1mZdjASZNvdHS4gbLIA1hUGEF9m
3hKsGUMMPwJBAPW5v/U+AWTADFCS22t72NUurgzeAbzb1HWMqO4y4+9Hpjk5wvL/
eVYizyuce3/fGke7aRYw/ADKygMJdW8H/OcCQQDz5OQb4j2QDpPZc0Nc4QlbvMsj
7p7otWRO5xRa6SzXqqV3+F0VpqvDmshEBkoCydaYwc2o6WQ5EBmExeV8124XAkEA
qZzGsIxVP+sEVRWZmW6KNFSdVUpk3qzK0Tz/WjQMe5z0UunY9Ax9/4PVhp/j61bf
eAYXunajbBSOLlx4D+TunwJBANkPI5S9iylsbLs6NkaMHV6k5ioHBBmgCak95JGX
GMot/L2x0IYyMLAz6oLWh2hm7zwtb0CgOrPo1ke44hFYnfc=
-----END RSA PRIVATE KEY-----
`);

const RFC_8463_RSA_KEY = createPrivateKey(`-----BEGIN RSA PRIVATE KEY-----
MIICXQIBAAKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQi
Y/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqM
KrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB
AoGAH0cxOhFZDgzXWhDhnAJDw5s4roOXN4OhjiXa8W7Y3rhX3FJqmJSPuC8N9vQm
6SVbaLAE4SG5mLMueHlh4KXffEpuLEiNp9Ss3O4YfLiQpbRqE7Tm5SxKjvvQoZZe
zHorimOaChRL2it47iuWxzxSiRMv4c+j70GiWdxXnxe4UoECQQDzJB/0U58W7RZy
6enGVj2kWF732CoWFZWzi1FicudrBFoy63QwcowpoCazKtvZGMNlPWnC7x/6o8Gc
uSe0ga2xAkEA8C7PipPm1/1fTRQvj1o/dDmZp243044ZNyxjg+/OPN0oWCbXIGxy
WvmZbXriOWoSALJTjExEgraHEgnXssuk7QJBALl5ICsYMu6hMxO73gnfNayNgPxd
WFV6Z7ULnKyV7HSVYF0hgYOHjeYe9gaMtiJYoo0zGN+L3AAtNP9huqkWlzECQE1a
licIeVlo1e+qJ6Mgqr0Q7Aa7falZ448ccbSFYEPD6oFxiOl9Y9se9iYHZKKfIcst
o7DUw1/hz2Ck4N5JrgUCQQCyKveNvjzkkd8HjYs0SwM0fPjK16//5qDZ2UiDGnOe
uEzxBDAr518Z8VFbR41in3W4Y3yCDgQlLlcETrS+zYcL
-----END RSA PRIVATE KEY-----
`);

/** The RFC gives the 32 octets; PKCS #8 has them behind these. */
const RFC_8463_ED25519_KEY = createPrivateKey({
  key: Buffer.concat([
    Buffer.from('302e020100300506032b657004220420', 'hex'),
    Buffer.from('nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=', 'base64'),
  ]),
  format: 'der',
  type: 'pkcs8',
});

const FIELDS = `From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>
`;

const BODY = `Hi.

We lost the game. Are you hungry yet?

Joe.
`;

const BODY_HASH = '2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=';

interface Example {
  readonly header: string;
  readonly names: readonly string[];
  readonly unsignedField: string;
  readonly canonicalization: Canonicalization;
}

function crlf(text: string): Buffer {
  return Buffer.from(text.replaceAll('\n', '\r\n'));
}

function inputOf({ header, names, unsignedField, canonicalization }: Example): Buffer {
  const fields = canonicalFields(parseHeaderFields(crlf(header)), names, canonicalization);
  return signingInput(fields, crlf(unsignedField), canonicalization);
}

function hashOf(text: string, canonicalization: Canonicalization): string {
  const hash = new BodyHash(canonicalization);
  hash.update(crlf(text));
  return hash.digest().toString('base64');
}

function signRsa(input: Buffer, key: KeyObject): string {
  return sign('sha256', input, key).toString('base64');
}

test('[C23] the message of RFC 6376 A.2: simple/simple, rsa-sha256', () => {
  const input = inputOf({
    header: `Received: from client1.football.example.com  [192.0.2.1]
      by submitserver.example.com with SUBMISSION;
      Fri, 11 Jul 2003 21:01:54 -0700 (PDT)
${FIELDS}`,
    names: ['Received', 'From', 'To', 'Subject', 'Date', 'Message-ID'],
    unsignedField: `DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;
      c=simple/simple; q=dns/txt; i=joe@football.example.com;
      h=Received : From : To : Subject : Date : Message-ID;
      bh=${BODY_HASH};
      b=;`,
    canonicalization: 'simple',
  });
  assert.equal(hashOf(BODY, 'simple'), BODY_HASH);
  assert.equal(
    signRsa(input, RFC_6376_KEY),
    'AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHut' +
      'KVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV4bmp/YzhwvcubU4=',
  );
});

const RFC_8463_NAMES = ['from', 'to', 'subject', 'date', 'message-id', 'from', 'subject', 'date'];
/** Two blanks between its sentences, which the relaxed form has as one. */
const RFC_8463_BODY = BODY.replace('. Are', '.  Are');

test('[C23] the message of RFC 8463 A.3: relaxed/relaxed, ed25519-sha256', () => {
  const input = inputOf({
    header: FIELDS,
    names: RFC_8463_NAMES,
    unsignedField: `DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=${BODY_HASH};
 b=`,
    canonicalization: 'relaxed',
  });
  assert.equal(hashOf(RFC_8463_BODY, 'relaxed'), BODY_HASH);
  assert.equal(
    sign(null, createHash('sha256').update(input).digest(), RFC_8463_ED25519_KEY).toString('base64'),
    '/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==',
  );
});

test('[C23] the message of RFC 8463 A.3: relaxed/relaxed, rsa-sha256', () => {
  const input = inputOf({
    header: FIELDS,
    names: RFC_8463_NAMES,
    unsignedField: `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=test; t=1528637909; h=from : to : subject :
 date : message-id : from : subject : date;
 bh=${BODY_HASH};
 b=`,
    canonicalization: 'relaxed',
  });
  assert.equal(
    signRsa(input, RFC_8463_RSA_KEY),
    'F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz' +
      'dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=',
  );
});
