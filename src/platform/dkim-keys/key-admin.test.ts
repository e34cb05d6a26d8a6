import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Result } from '#base/result.ts';
import type { Refusal } from '#mail/ports/directory-admin.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import type { NewKeys, SigningKeyRecord } from '#mail/ports/signing-key-admin.ts';
import { formatKeyRecord, keyRecordName } from '#protocols/dkim/key-record.ts';
import { type GivenRecords, givenAnswers } from '../../../test/world/given-answers.ts';
import { KeyAdmin } from './key-admin.ts';
import { KeyFiles } from './key-files.ts';

const HOUR_MS = 3_600_000;
const OVERLAP_MS = 6 * 24 * HOUR_MS;

function openAdmin(t: TestContext) {
  const folder = join(mkdtempSync(join(tmpdir(), 'valija-keys-')), 'dkim');
  t.after(() => rmSync(join(folder, '..'), { recursive: true }));
  const clock = { atMs: Date.UTC(2026, 10, 22), nowMs: () => clock.atMs };
  const changes = { count: 0 };
  /** What the DNS has; a rotation that is forced does not ask. */
  const dns: { records: GivenRecords } = { records: {} };
  const admin = new KeyAdmin({
    files: new KeyFiles(folder),
    clock,
    overlapMs: () => OVERLAP_MS,
    openDns: () => givenDns(dns.records),
    onChange: () => changes.count++,
  });
  const summary = async () => (await admin.list('valija.test')).map(({ selector, status }) => `${selector} ${status}`);
  return { folder, clock, changes, admin, dns, summary };
}

function givenDns(records: GivenRecords): Resolver & AsyncDisposable {
  const resolve = givenAnswers(records) as Resolver['resolve'];
  return { resolve, [Symbol.asyncDispose]: async () => undefined };
}

const RSA_1024 = { bits: 1024, asNext: false, selector: undefined } as const;
const BOTH: NewKeys = { ...RSA_1024, domain: 'valija.test', algorithms: ['rsa-sha256', 'ed25519-sha256'] };
const ONE: NewKeys = { ...BOTH, algorithms: ['ed25519-sha256'], selector: 'uno' };

function given<T>(outcome: Result<T, Refusal>): T {
  assert.ok(outcome.ok, outcome.ok ? '' : outcome.error.message);
  return outcome.value;
}

function refusal(outcome: Result<unknown, Refusal>): string | undefined {
  assert.ok(!outcome.ok);
  return outcome.error.phrase;
}

test('[C23] the first keys sign at once; their files are for their owner only', async (t) => {
  const { folder, admin, summary, changes } = openAdmin(t);
  const [rsa, ed25519] = given(await admin.generate({ ...BOTH, domain: 'Valija.TEST' })) as [
    SigningKeyRecord,
    SigningKeyRecord,
  ];
  assert.deepEqual(await summary(), ['202611 active', '202611-ed25519 active']);
  assert.deepEqual([rsa.bits, rsa.author, rsa.domain], [1024, 'valija.test', 'valija.test']);
  assert.match(rsa.publicKey, /^MIGf/);
  assert.equal(Buffer.from(ed25519.publicKey, 'base64').length, 32);
  assert.ok(changes.count > 0);
  assert.equal(statSync(join(folder, 'valija.test')).mode & 0o777, 0o700);
  for (const name of readdirSync(join(folder, 'valija.test'))) {
    assert.equal(statSync(join(folder, 'valija.test', name)).mode & 0o777, 0o600, name);
  }
});

test('[C23] a rotation makes the next keys, the one after it changes to them, and with time the former are revoked', async (t) => {
  const { admin, summary, clock } = openAdmin(t);
  given(await admin.generate(BOTH));
  clock.atMs += HOUR_MS;
  const made = given(await admin.rotate('valija.test', true));
  assert.deepEqual(
    made.map(({ status, bits }) => [status, bits]),
    [
      ['next', 1024],
      ['next', undefined],
    ],
  );
  clock.atMs += 24 * HOUR_MS;
  const changed = given(await admin.rotate('valija.test', true));
  assert.deepEqual(
    changed.map(({ selector, status }) => `${selector} ${status}`),
    ['202611-2 active', '202611-2-ed25519 active', '202611 retiring', '202611-ed25519 retiring'],
  );
  assert.equal(refusal(await admin.remove('valija.test', '202611-2', false)), 'dkim-key-active');
  assert.equal(refusal(await admin.remove('valija.test', '202611', false)), 'dkim-key-retiring');
  clock.atMs += OVERLAP_MS - 1;
  assert.ok((await summary()).includes('202611 retiring'));
  clock.atMs += 1;
  assert.deepEqual(await summary(), [
    '202611 revoked',
    '202611-ed25519 revoked',
    '202611-2 active',
    '202611-2-ed25519 active',
  ]);
  given(await admin.remove('valija.test', '202611', false));
  assert.equal((await summary()).length, 3);
});

test('[C23] a key that the DNS does not have is not put to use, unless forced', async (t) => {
  const { admin, clock, dns, summary } = openAdmin(t);
  given(await admin.generate(ONE));
  clock.atMs += HOUR_MS;
  const [next] = given(await admin.generate({ ...ONE, selector: 'dos' })) as [SigningKeyRecord];
  const name = `${keyRecordName(next)} TXT`;
  const record = formatKeyRecord(next);
  const refused: readonly (readonly [GivenRecords, string])[] = [
    [{}, 'dkim-record-missing'],
    [{ 'dos._domainkey.valija.test A': ['192.0.2.1'] }, 'dkim-record-missing'],
    [{ [name]: ['v=DKIM1; k=ed25519; p=AAAA'] }, 'dkim-record-different'],
    [{ [name]: [record.replace('ed25519', 'rsa')] }, 'dkim-record-different'],
    [{ [name]: ['google-site-verification=x'] }, 'dkim-record-different'],
    [{ [name]: [record, record] }, 'dkim-record-ambiguous'],
    [{ [name]: 'timeout' }, 'dkim-record-unknown'],
  ];
  for (const [records, phrase] of refused) {
    dns.records = records;
    assert.equal(refusal(await admin.rotate('valija.test', false)), phrase);
    assert.deepEqual(await summary(), ['uno active', 'dos next']);
  }
  dns.records = { [name]: ['another text at that name', record] };
  given(await admin.rotate('valija.test', false));
  assert.deepEqual(await summary(), ['uno retiring', 'dos active']);
});

test('[C23] a rotation that only makes the next keys does not ask the DNS; a forced one never does', async (t) => {
  const { admin, clock, dns, summary } = openAdmin(t);
  dns.records = new Proxy({}, { get: () => assert.fail('the DNS was asked'), ownKeys: () => assert.fail('asked') });
  given(await admin.generate(ONE));
  clock.atMs += HOUR_MS;
  given(await admin.rotate('valija.test', false));
  given(await admin.rotate('valija.test', true));
  assert.deepEqual(await summary(), ['uno retiring', '202611-ed25519 active']);
});

test('each key is looked up in the DNS', async (t) => {
  const { admin, dns } = openAdmin(t);
  const [rsa, ed25519] = given(await admin.generate(BOTH)) as [SigningKeyRecord, SigningKeyRecord];
  dns.records = { [`${keyRecordName(rsa)} TXT`]: [formatKeyRecord(rsa).replace('; p', ';\n p')] };
  const looked = async () => given(await admin.check('valija.test')).map(({ publication }) => publication);
  assert.deepEqual(await looked(), ['published', 'missing']);
  dns.records = { ...dns.records, [`${keyRecordName(ed25519)} TXT`]: 'servfail' };
  assert.deepEqual(await looked(), ['published', 'unknown']);
  assert.equal(refusal(await admin.check('example.org')), 'dkim-no-keys');
});

test('a key to come does not sign, and a second one waits for its turn', async (t) => {
  const { admin, summary, clock } = openAdmin(t);
  given(await admin.generate({ ...ONE, asNext: true }));
  assert.deepEqual(await summary(), ['uno next']);
  clock.atMs += HOUR_MS;
  given(await admin.rotate('valija.test', true));
  given(await admin.generate({ ...ONE, selector: 'dos' }));
  assert.deepEqual(await summary(), ['uno active', 'dos next']);
});

test('what cannot be is refused by name', async (t) => {
  const { admin } = openAdmin(t);
  given(await admin.generate(ONE));
  const refusals: readonly (readonly [string, Promise<Result<unknown, Refusal>>])[] = [
    ['dkim-domain-malformed', admin.generate({ ...ONE, domain: '../etc' })],
    ['dkim-selector-malformed', admin.generate({ ...ONE, selector: '../uno' })],
    ['dkim-selector-malformed', admin.generate({ ...ONE, selector: 'a..b' })],
    ['dkim-selector-taken', admin.generate({ ...ONE, selector: 'UNO' })],
    ['dkim-bits-unusable', admin.generate({ ...BOTH, bits: 512 })],
    ['dkim-no-keys', admin.rotate('example.org', true)],
    ['dkim-key-not-found', admin.remove('valija.test', 'otra', false)],
    ['dkim-key-not-found', admin.remove('../valija.test', 'uno', true)],
    ['dkim-key-unusable', admin.importKey({ author: 'a.test', domain: 'a.test', selector: 's', secretKey: 'x' })],
  ];
  for (const [phrase, outcome] of refusals) assert.equal(refusal(await outcome), phrase);
});

test('[C24] an imported key keeps selector and public key, and comes twice without harm', async (t) => {
  const { admin } = openAdmin(t);
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const secretKey = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const key = { author: 'cliente.test', domain: 'proveedor.test', selector: 'Mail.2024', secretKey };
  const record = given(await admin.importKey(key));
  assert.deepEqual(
    [record.author, record.domain, record.selector, record.status],
    ['cliente.test', 'proveedor.test', 'Mail.2024', 'active'],
  );
  assert.equal(record.publicKey, publicKey.export({ type: 'spki', format: 'der' }).toString('base64'));
  assert.deepEqual(given(await admin.importKey(key)), record);
  const other = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  assert.equal(refusal(await admin.importKey({ ...key, secretKey: other })), 'dkim-selector-taken');
});

test('weak keys and keys of other kinds are not imported', async (t) => {
  const { admin } = openAdmin(t);
  const weak = generateKeyPairSync('rsa', { modulusLength: 768 }).privateKey;
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  for (const [secretKey, reason] of [
    [weak, /768 bits is too weak/],
    [curve, /type ec signs no mail/],
  ] as const) {
    const pem = secretKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const outcome = await admin.importKey({ author: 'a.test', domain: 'a.test', selector: 's', secretKey: pem });
    assert.ok(!outcome.ok);
    assert.match(outcome.error.message, reason);
  }
});

test('a damaged key is listed with what is wrong, beside the others', async (t) => {
  const { folder, admin } = openAdmin(t);
  given(await admin.generate(ONE));
  given(await admin.generate({ ...ONE, selector: 'dos' }));
  given(await admin.generate({ ...ONE, selector: 'tres' }));
  const file = (name: string) => join(folder, 'valija.test', name);
  writeFileSync(file('uno.json'), '{"domain":');
  writeFileSync(file('dos.pem'), readFileSync(file('dos.pem'), 'utf8').slice(0, 40));
  const faults = (await admin.list(undefined)).map(({ selector, fault }) => [selector, fault]);
  const of = (selector: string) => faults.find(([name]) => name === selector)?.[1];
  assert.match(String(of('uno')), /uno\.json: .*JSON/);
  assert.match(String(of('dos')), /dos\.pem: it is no secret key/);
  assert.equal(of('tres'), undefined);
});
