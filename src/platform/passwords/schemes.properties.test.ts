import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { parseHash, withScheme } from './schemes.ts';

// One of each kind, to be bent: what a source may hold by mistake, or by malice.
const HASHES = [
  '{ARGON2ID}$argon2id$v=19$m=65536,t=3,p=1$c2FsdHNhbHRzYWx0c2FsdA$c2FsdHNhbHRzYWx0c2FsdHNhbHRzYWx0c2FsdHNhbHQ',
  '{SHA512-CRYPT}$6$rounds=5000$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjlO/O817G3uBnIFNjnQJuesI68OTLiBFdcbYEdFCoEOfaS35inz1',
  '{BLF-CRYPT}$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW',
  '{PBKDF2}$1$saltsaltsaltsalt$5000$0123456789abcdef0123456789abcdef01234567',
  '{SCRAM-SHA-256}4096,c2FsdA==,c3RvcmVk,c2VydmVy',
  '{SSHA}H/zrDv8FXUu1JmwvVYijfrYEF34jVZcO',
  '{SHA256.HEX}5e884898da28047151d0e56f8dc6292773603d0d6aabbd',
  '{CRYPT}$y$j9T$saltsalt$abc',
  '{MD5}$1$abcdefgh$irWbblnpmw.5z7wgBnprh0',
];
const PIECES = ['$', ',', '=', '{', '}', '-1', '99999999999', '\0', 'ñ', '\u{1f600}', ' ', '\n', 'rounds=', 'm=', '$$'];

const bent = fc
  .tuple(fc.constantFrom(...HASHES), fc.nat(), fc.nat(12), fc.constantFrom(...PIECES))
  .map(([hash, at, length, piece]) => {
    const from = at % (hash.length + 1);
    return hash.slice(0, from) + piece + hash.slice(from + length);
  });
const any = fc.oneof(
  bent,
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .tuple(fc.constantFrom('PLAIN', 'CRYPT', 'SSHA', 'NONE', 'SHA1'), fc.string())
    .map(([name, text]) => `{${name}}${text}`),
);

test('[T8] whatever stands where a hash should, it is one or it is not, and trying a cheap one never throws', (context) => {
  alwaysHolds(
    context,
    fc.property(any, (text) => {
      const kept = parseHash(withScheme(text, 'CRYPT'));
      if (!kept.ok) return assert.equal(typeof kept.error, 'string');
      if (kept.value.isCheap) assert.equal(typeof kept.value.matches('secreto'), 'boolean');
      assert.ok(parseHash(kept.value.text).ok, kept.value.text);
    }),
  );
});

test('[T8] a complaint about a hash holds nothing of it', (context) => {
  const secret = fc.stringMatching(/^[a-z]{20,30}$/);
  alwaysHolds(
    context,
    fc.property(fc.constantFrom('ARGON2ID', 'SSHA', 'PBKDF2', 'BLF-CRYPT', 'SCRAM-SHA-256'), secret, (scheme, text) => {
      const kept = parseHash(`{${scheme}}${text}`);
      if (!kept.ok) assert.ok(!kept.error.includes(text));
    }),
  );
});

test('[T8] a hash that would take for ever to try is none', () => {
  for (const hash of [
    '$argon2id$v=19$m=4294967295,t=3,p=1$c2FsdHNhbHRzYWx0c2FsdA$c2FsdHNhbHRzYWx0c2FsdHNhbHRzYWx0c2FsdHNhbHQ',
    '$argon2id$v=19$m=65536,t=4294967295,p=1$c2FsdHNhbHRzYWx0c2FsdA$c2FsdHNhbHRzYWx0c2FsdHNhbHRzYWx0c2FsdHNhbHQ',
    '{PBKDF2}$1$saltsaltsaltsalt$4294967295$0123456789abcdef0123456789abcdef01234567',
    '$2b$31$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW',
    '{SCRAM-SHA-256}4294967295,c2FsdHNhbHRzYWx0c2FsdA==,WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=,wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
  ]) {
    assert.ok(!parseHash(hash).ok, hash);
  }
});
