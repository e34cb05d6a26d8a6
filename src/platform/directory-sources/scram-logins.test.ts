import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createLogin, type ObservedLogin } from '#mail/login/login.ts';
import { steadyClock } from '#platform/machine/clock.ts';
import { MECHANISM_NAMES } from '#protocols/sasl/mechanisms.ts';
import { type DirectoryHouse, EMBEDDED, openDirectoryHouse } from '../../../test/world/joined-directory.ts';
import { collectingJourneys } from '../../../test/world/journeys.ts';
import { collectingLog } from '../../../test/world/log.ts';
import { scram, WRONG } from '../../../test/world/logins.ts';
import { seededRandomness } from '../../../test/world/randomness.ts';

/** By `doveadm pw`, of «secreto de bea». */
const KEYS = {
  sha256:
    '{SCRAM-SHA-256}4096,0OYSc4mLWyPkSXz2nTS5LQ==,nb8UXfrZotMFNYbRZPZ34kT2Kv3FJ0lPPbirFB1AnTM=,fLaTxs3ZTHOFBFp+7DM72kwUC3XeB/FehJt8WeB4p+g=',
  sha1: '{SCRAM-SHA-1}4096,xWroVC7voWft8TP0ftEw5g==,KMuG1mGUtxkdmPcgOjSr4PSLJZA=,2yMifZB4DRHMr1Ov6B1mSAML3ZQ=',
};
const ITERATIONS = 10_000;

const folder = mkdtempSync(join(tmpdir(), 'valija-scram-'));
let house: DirectoryHouse;
let login: ObservedLogin;
const journeys = collectingJourneys(steadyClock);
before(async () => {
  const clear = ['ana:{PLAIN}secreto de ana', 'eva:{CLEARTEXT}contraseña de eva::::::nologin'];
  const kept = [
    `bea:${KEYS.sha256}`,
    `carla:${KEYS.sha1}`,
    // `doveadm pw -s SSHA -p test`.
    'dora:{SSHA}H/zrDv8FXUu1JmwvVYijfrYEF34jVZcO',
    'rota:{SCRAM-SHA-256}4096,AAAA',
  ];
  writeFileSync(join(folder, 'clear'), `${clear.join('\n')}\n`, { mode: 0o600 });
  writeFileSync(join(folder, 'kept'), `${kept.join('\n')}\n`, { mode: 0o600 });
  house = await openDirectoryHouse([
    { type: 'passwd-file', domains: ['casa.test'], path: join(folder, 'clear') },
    { type: 'passwd-file', domains: ['escuela.test'], path: join(folder, 'kept') },
  ]);
  login = createLogin({
    authenticator: house.authenticator,
    mechanisms: () => MECHANISM_NAMES,
    clock: steadyClock,
    randomness: seededRandomness(),
    log: collectingLog(),
    journeys,
    delay: async () => undefined,
    scram: { decoySecret: Buffer.alloc(32, 1), iterations: ITERATIONS },
  });
});
after(async () => {
  await house[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const SHA1 = { mechanism: 'SCRAM-SHA-1' };
const lastReason = () => journeys.ofKind('authentication-failed').at(-1)?.reason;

test('[C56] SCRAM by keys of Dovecot’s, by a secret in clear, and of the embedded directory beside them', async () => {
  for (const [name, password, client] of [
    ['bea@escuela.test', 'secreto de bea', {}],
    ['carla@escuela.test', 'secreto de bea', SHA1],
    ['ana@casa.test', 'secreto de ana', {}],
    ['ana@casa.test', 'secreto de ana', SHA1],
    [EMBEDDED.address, EMBEDDED.password, {}],
  ] as const) {
    const { step } = await scram(login, name, password, client);
    assert.equal(step.kind === 'accepted' && step.account.id, name);
    assert.deepEqual((await scram(login, name, 'otra', client)).step, WRONG);
    assert.equal(lastReason(), 'wrong-proof');
  }
});

test('[C56] who has another kind of hash, keys of another kind, or may not log in: refused, and the log knows why', async () => {
  for (const [name, password, client] of [
    ['dora@escuela.test', 'test', {}],
    ['carla@escuela.test', 'secreto de bea', {}],
    ['bea@escuela.test', 'secreto de bea', SHA1],
    ['rota@escuela.test', 'secreto de bea', {}],
    ['eva@casa.test', 'contraseña de eva', {}],
    [EMBEDDED.address, EMBEDDED.password, SHA1],
  ] as const) {
    assert.deepEqual((await scram(login, name, password, client)).step, WRONG);
    assert.equal(lastReason(), 'no-keys', name);
  }
});

test('who has keys is shown', async () => {
  const shown = async (address: string) => {
    const record = await house.admin.showAccount(address);
    return record.ok && record.value.scram;
  };
  for (const address of ['ana@casa.test', 'bea@escuela.test']) assert.equal(await shown(address), true, address);
  for (const address of ['dora@escuela.test', 'carla@escuela.test']) assert.equal(await shown(address), false, address);
});

test('[T26] [C56] a stranger sees no difference between nobody, somebody without keys, and somebody with them', async () => {
  for (const [known, without, nobody] of [
    ['bea@escuela.test', 'dora@escuela.test', 'nadie@escuela.test'],
    ['ana@casa.test', 'eva@casa.test', 'nadie@casa.test'],
  ] as const) {
    const seen = [];
    for (const name of [known, without, nobody, nobody]) {
      const { salt, iterations, step } = await scram(login, name, 'no la sabe');
      assert.deepEqual(step, WRONG);
      seen.push({ salt, shape: [Buffer.from(salt, 'base64').length, iterations] });
    }
    assert.deepEqual(new Set(seen.map(({ shape }) => shape.join())).size, 1);
    assert.equal(seen[2]?.salt, seen[3]?.salt, 'whoever asks twice sees the same');
    assert.equal(lastReason(), 'unknown-account');
  }
  for (const name of [
    'bea@escuela.test',
    'dora@escuela.test',
    'nadie@escuela.test',
    'ana@casa.test',
    'nadie@casa.test',
  ]) {
    const { salt } = await scram(login, name, 'x');
    assert.equal((await scram(login, name.toUpperCase(), 'x')).salt, salt, name);
  }
  const first = (await scram(login, 'ana@casa.test', 'x')).salt;
  assert.equal((await scram(login, 'ana@casa.test', 'x')).salt, first, 'clients keep what they made with the salt');
});
