import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DECOY_HASH } from './argon2id.ts';
import { hashSecret, parseHash, verifySecret } from './schemes.ts';
import { parseScramKeys } from './scram-keys.ts';
import { SCRAM_ITERATIONS } from './scram-sha-256.ts';

/** Made by other programs: Dovecot's own tests, `doveadm pw`, libcrypt, `openssl passwd -5|-6`, the vectors of crypt_blowfish, Python's hashlib. */
const KNOWN_ANSWERS: readonly (readonly [hash: string, secret: string])[] = [
  [
    '{ARGON2ID}$argon2id$v=19$m=65536,t=3,p=1$vBb99oJ12p3WAdYlaMHz1A$jtFOtbo/sYV9OSlTxDo/nVNq3uArHd5GJSEx0ty85Cc',
    'test',
  ],
  [
    '{SCRAM-SHA-256}4096,LfNGSFqiFykEZ1xDAYlnKQ==,HACNf9CII7cMz3XjRy/Oh3Ae2LHApoDyNw74d3YtFws=,AQH0j7Hf8J12g8eNBadvzlNB2am3PxgNwFCFd3RxEaw=',
    'test',
  ],
  ['{SHA256-CRYPT}$5$valijavalija$YaZ801FRQk5hif0nEkwQLywmowRYmy8NmPlG8ooc3I8', 'contraseña 1'],
  [
    '{SHA512-CRYPT}$6$valijavalija$6tF4PktMk8jpUBiy.F95vq1xgl0v1HVkSeS5qYMnss7dX5kRBT8zqKP82RBhAHF9k9Q7YCiO7dcmM6AfBU5N8/',
    'contraseña 1',
  ],
  ['$6$short$H.b6NeQvCMQ5GOPvzn5zXXcNUM2w0yE5a8Oal0EJetFKvqFQ6m2H7Mqzyppvg98IIRXVxUXmgh7oCMe8z/7hP0', 'a'],
  ['{SHA256-CRYPT}$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA', 'Hello world!'],
  ['{BLF-CRYPT}$2y$05$11ipvo5dR6CwkzwmhwM26OXgzXwhV2PyPuLV.Qi31ILcRcThQpEiW', 'test'],
  ['{CRYPT}$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'U*U'],
  ['{BLF-CRYPT}$2b$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK', 'U*U*'],
  ['{PBKDF2}$1$bUnT4Pl7yFtYX0KU$5000$50a83cafdc517b9f46519415e53c6a858908680a', 'test'],
  ['{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9M=', 'test'],
  ['{SHA256}n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=', 'test'],
  ['{SHA512}7iaw3Ur350mqGo7jwQrpkj9hiYB3Lkc/iBml1JQODbJ6wYX4oOHV+E+IvIh/1nsUNzLDBMxfqa2Ob1f1ACio/w==', 'test'],
  ['{SSHA}H/zrDv8FXUu1JmwvVYijfrYEF34jVZcO', 'test'],
  ['{SSHA256}SNC5uhocffoDnJfPVB+mosUGKKk+dcETYGPcqMMydbQBAnZhbGlqYQ==', 'test'],
  ['{SSHA512}6659cw+eQ8HlkK/4JhhnlgZ3vkSNusRh1RtDuRFIa9h8LEFN+oW4Vk+CI5X3tFtQvj2fW5HT1QDKV2OvcZmF9AECdmFsaWph', 'test'],
  ['{PLAIN}test', 'test'],
  ['{CLEARTEXT}test', 'test'],
  ['{PLAIN.b64}dGVzdA==', 'test'],
  ['{ARGON2I}$argon2i$v=19$m=32768,t=4,p=1$r3kEOqySzBny7i5dXt09aA$wjbds4tGF66+or7uM7mRq+U1IiwCbEFcE8OyNSQuKpk', 'test'],
  ['{SCRAM-SHA-1}4096,EGyI3VLoCCtlMWdqBdSnBg==,wb7DddKitAcTc4ALq/GjTGmHMUU=,RqpDq7PlwRKg+NmAz+5ZmdLYIKE=', 'test'],
  ['{DES-CRYPT}TDjfiy39jaa2Y', 'test'],
  ['{CRYPT}abgOeLfPimXQo', 'test'],
  ['{MD5}$1$fvzx01ZH$lMxoOfNDO7jaf1c0yepJV/', 'test'],
  ['{MD5-CRYPT}$1$valija$F3ESdL8cOJTE1uZ23OhyC/', 'contraseña 1'],
  ['$y$j9T$valijavalija$4W5AIlvOFz7vTzg1w.bycdHf6RcFcGJ4A62QCPMW734', 'test'],
  ['{PLAIN-MD5}098f6bcd4621d373cade4e832627b4f6', 'test'],
  ['{LDAP-MD5}CY9rzUYh03PK3k6DJie09g==', 'test'],
  ['{SMD5}Rmeuv3WRY0wukk8LJa3NF3AP37Y=', 'test'],
  ['{SHA256.HEX}9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 'test'],
  ['{SSHA.HEX}7190930bf0d7da1f75c6a24a5edfda18599ac278c266c05a', 'test'],
  ['{CRAM-MD5}e02d374fde0dc75a17a557039a3a5338c7743304777dccd376f332bee68d2cf6', 'test'],
  ['{SHA1}qUqP5cyxm6YcTAhz05Hph5gvu9M=', 'test'],
];

for (const [hash, secret] of KNOWN_ANSWERS) {
  test(`a known answer of ${parseHash(hash).ok ? hash.slice(0, 24) : 'NOTHING'} is verified`, () => {
    assert.equal(verifySecret(hash, secret), true);
    assert.equal(verifySecret(hash, `${secret} `), false);
    assert.equal(verifySecret(hash, secret.toUpperCase() === secret ? `${secret}x` : secret.toUpperCase()), false);
    assert.equal(verifySecret(hash, ''), false);
  });
}

test('what is made here is verified here, with a fresh salt each time', () => {
  const first = hashSecret('una contraseña');
  const second = hashSecret('una contraseña');
  assert.match(first.passwordHash, /^\{ARGON2ID\}\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.notEqual(first.passwordHash, second.passwordHash);
  assert.notEqual(first.scramKeys, second.scramKeys);
  for (const hash of [first.passwordHash, first.scramKeys]) {
    assert.equal(verifySecret(hash, 'una contraseña'), true);
    assert.equal(verifySecret(hash, 'otra contraseña'), false);
  }
});

test('the keys made for SCRAM carry the named number of iterations', () => {
  const keys = parseScramKeys('sha256', hashSecret('una contraseña').scramKeys.slice('{SCRAM-SHA-256}'.length));
  assert.equal(keys.ok && keys.value.iterations, SCRAM_ITERATIONS);
});

test('the decoy is a readable hash that nothing matches', () => {
  assert.equal(parseHash(DECOY_HASH).ok, true);
  assert.equal(verifySecret(DECOY_HASH, 'test'), false);
});

test('a hash from /etc/shadow gets its scheme by its first characters', () => {
  const kept = parseHash(
    '$6$short$H.b6NeQvCMQ5GOPvzn5zXXcNUM2w0yE5a8Oal0EJetFKvqFQ6m2H7Mqzyppvg98IIRXVxUXmgh7oCMe8z/7hP0',
  );
  assert.equal(kept.ok && kept.value.scheme, 'SHA512-CRYPT');
  assert.match(kept.ok ? kept.value.text : '', /^\{SHA512-CRYPT\}\$6\$/);
});

const MALFORMED = [
  '',
  'hola',
  '{}',
  '{NOSUCH}abc',
  '{CRYPT}//EsnG9FLTKj',
  '{MD5-CRYPT}$1$toolongsalt$F3ESdL8cOJTE1uZ23OhyC/',
  '$y$jHT$valijavalija$4W5AIlvOFz7vTzg1w.bycdHf6RcFcGJ4A62QCPMW734',
  '{SHA256.HEX}9f86d0',
  '{CRAM-MD5}e02d37',
  '{ARGON2ID}$argon2id$v=19$m=4294967295,t=3,p=1$vBb99oJ12p3WAdYlaMHz1A$jtFOtbo/sYV9OSlTxDo/nVNq3uArHd5GJSEx0ty85Cc',
  '{ARGON2ID}$argon2id$v=19$m=65536,t=9999,p=1$vBb99oJ12p3WAdYlaMHz1A$jtFOtbo/sYV9OSlTxDo/nVNq3uArHd5GJSEx0ty85Cc',
  '{ARGON2ID}$argon2id$v=19$m=65536,t=3,p=1$vBb9$jtFO',
  '{SCRAM-SHA-256}4096,a,b',
  '{SCRAM-SHA-256}99999999,LfNGSFqiFykEZ1xDAYlnKQ==,HACNf9CII7cMz3XjRy/Oh3Ae2LHApoDyNw74d3YtFws=,AQH0j7Hf8J12g8eNBadvzlNB2am3PxgNwFCFd3RxEaw=',
  '{SHA512-CRYPT}$6$rounds=999999999$short$H.b6NeQvCMQ5GOPvzn5zXXcNUM2w0yE5a8Oal0EJetFKvqFQ6m2H7Mqzyppvg98IIRXVxUXmgh7oCMe8z/7hP0',
  '{SHA512-CRYPT}$6$short$tooshort',
  '{BLF-CRYPT}$2y$31$11ipvo5dR6CwkzwmhwM26OXgzXwhV2PyPuLV.Qi31ILcRcThQpEiW',
  '{PBKDF2}$1$salt$0$50a83cafdc517b9f46519415e53c6a858908680a',
  '{SSHA}qUqP5cyxm6YcTAhz05Hph5gvu9M=',
  '{SHA}not base64!',
  '{PLAIN}',
];

test('[T6] a malformed hash, or one that would cost too much, is refused and verifies nothing', () => {
  for (const hash of MALFORMED) {
    const kept = parseHash(hash);
    assert.equal(kept.ok, false, hash);
    assert.ok(!kept.ok && kept.error.length > 10);
    assert.equal(verifySecret(hash, 'test'), false);
  }
});
