import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import { openPasswordThreads } from '#platform/passwords/password-threads.ts';
import { openPopulated, openWorld } from '../../../test/world/small-directory.ts';
import { openDirectory } from './open-directory.ts';

const MALICE = [
  "'",
  '%',
  '_',
  '*)(uid=*',
  "' OR '1'='1",
  "'; DROP TABLE accounts; --",
  '"',
  'a@b@c',
  '\0',
  '\ud800',
  '@',
];

function code(outcome: { ok: true } | { ok: false; error: { phrase?: string } } | object): string | undefined {
  return 'error' in outcome ? (outcome.error as { phrase?: string }).phrase : 'ok';
}

const scramOf = (login: string) => ({ login, hash: 'sha256', salt: Buffer.alloc(16), iterations: 4096 }) as const;

test('an account is found by any of its addresses, in any case, and by its local part alone while there is one domain', async () => {
  await using world = await openPopulated();
  for (const login of ['usuario2@valija.test', 'USUARIO2@VALIJA.TEST', 'dos@valija.test', 'usuario2', 'Dos']) {
    const account = await world.directory.findAccount(login);
    assert.equal(account?.id, 'usuario2@valija.test', login);
    assert.deepEqual(account?.addresses, ['usuario2@valija.test', 'dos@valija.test']);
  }
  assert.equal(await world.directory.findAccount('usuario3'), undefined);
  await world.admin.addDomain('otra.test', {});
  assert.equal(await world.directory.findAccount('usuario2'), undefined);
  assert.equal((await world.directory.findAccount('usuario2@valija.test'))?.quotaBytes, 1_000_000);
});

test('[C34] recipients: address, plus-address, alias, catch-all, unknown, foreign', async () => {
  await using world = await openPopulated();
  await world.admin.addAlias('ventas@valija.test', ['USUARIO1@valija.test', 'Alguien@example.org']);
  const lookUp = (localPart: string, domain = 'valija.test') => world.directory.lookUpRecipient({ localPart, domain });

  assert.partialDeepStrictEqual(await lookUp('USUARIO1'), { kind: 'account', matched: 'address', detail: undefined });
  const plus = await lookUp('usuario1+Listas+dos');
  assert.partialDeepStrictEqual(plus, { kind: 'account', matched: 'plus-address', detail: 'Listas+dos' });
  assert.deepEqual(await lookUp('Ventas'), {
    kind: 'alias',
    alias: 'ventas@valija.test',
    targets: [
      { localPart: 'usuario1', domain: 'valija.test' },
      { localPart: 'Alguien', domain: 'example.org' },
    ].map((target) => Object.assign(Object.create(null), target)),
  });
  assert.deepEqual(await lookUp('nadie'), { kind: 'unknown-user' });
  assert.deepEqual(await lookUp('+detalle'), { kind: 'unknown-user' });
  assert.deepEqual(await lookUp('usuario1', 'example.org'), { kind: 'foreign-domain' });

  assert.equal(code(await world.admin.setDomain('valija.test', { catchAll: 'dos@valija.test' })), 'ok');
  const caught = await lookUp('nadie');
  assert.partialDeepStrictEqual(caught, { kind: 'account', matched: 'catch-all' });
  assert.equal(caught.kind === 'account' && caught.account.id, 'usuario2@valija.test');
  assert.equal(code(await world.admin.removeAccount('usuario2@valija.test')), 'account-catches-all');
  await world.admin.setDomain('valija.test', { catchAll: null });
  assert.deepEqual(await lookUp('nadie'), { kind: 'unknown-user' });
});

test('internationalised names are one name, however they are typed', async () => {
  await using world = await openWorld();
  assert.equal(code(await world.admin.addDomain('España.example', {})), 'ok');
  assert.equal(code(await world.admin.addDomain('xn--espaa-rta.example', {})), 'domain-exists');
  assert.equal(code(await world.admin.addAccount('jose\u0301@españa.example', undefined, {})), 'ok');
  assert.equal(code(await world.admin.addAccount('jos\u00e9@ESPAÑA.example', undefined, {})), 'account-exists');
  const found = await world.directory.lookUpRecipient({ localPart: 'jose\u0301', domain: 'xn--espaa-rta.example' });
  assert.equal(found.kind, 'account');
});

test('[C63] two domains with the same local part have their own passwords and quotas', async () => {
  await using world = await openWorld();
  for (const [domain, quotaBytes] of [
    ['uno.test', 1_000],
    ['dos.test', 2_000],
  ] as const) {
    await world.admin.addDomain(domain, {});
    await world.admin.addAccount(`info@${domain}`, `secreto de ${domain}`, { quotaBytes });
  }
  const check = async (login: string, password: string) =>
    (await world.authenticator.checkPassword(login, password)).kind;
  assert.equal(await check('info@uno.test', 'secreto de uno.test'), 'accepted');
  assert.equal(await check('info@dos.test', 'secreto de dos.test'), 'accepted');
  assert.equal(await check('info@uno.test', 'secreto de dos.test'), 'rejected');
  assert.equal(await check('info', 'secreto de uno.test'), 'rejected');
  assert.equal((await world.directory.findAccount('info@uno.test'))?.quotaBytes, 1_000);
  assert.equal((await world.directory.findAccount('info@dos.test'))?.quotaBytes, 2_000);
});

test('[C56] passwords: right, wrong, unknown, none, disabled', async () => {
  await using world = await openPopulated();
  await world.admin.addAccount('sin@valija.test', undefined, {});
  const check = (login: string, password: string) => world.authenticator.checkPassword(login, password);
  assert.equal((await check('usuario1', 'contraseña uno')).kind, 'accepted');
  assert.deepEqual(await check('usuario1', 'contraseña dos'), { kind: 'rejected', reason: 'wrong-password' });
  assert.deepEqual(await check('usuario1', ''), { kind: 'rejected', reason: 'wrong-password' });
  assert.deepEqual(await check('usuario1', 'x'.repeat(100_000)), { kind: 'rejected', reason: 'wrong-password' });
  assert.deepEqual(await check('nadie', 'contraseña uno'), { kind: 'rejected', reason: 'unknown-account' });
  assert.deepEqual(await check('sin', 'contraseña uno'), { kind: 'rejected', reason: 'no-password' });

  await world.admin.setAccount('usuario1@valija.test', { disabled: true });
  assert.deepEqual(await check('usuario1', 'contraseña uno'), { kind: 'rejected', reason: 'disabled' });
  assert.deepEqual(await check('usuario1', 'contraseña dos'), { kind: 'rejected', reason: 'wrong-password' });
  assert.equal((await world.authenticator.findScramKeys(scramOf('usuario1'))).kind, 'none');

  await world.admin.setDomain('valija.test', { disabled: true });
  assert.deepEqual(await check('usuario2', 'contraseña dos'), { kind: 'rejected', reason: 'disabled' });
});

test('[C56] SCRAM keys stand beside the hash, and go with an imported one', async () => {
  await using world = await openPopulated();
  const keys = await world.authenticator.findScramKeys(scramOf('USUARIO1@valija.test'));
  assert.ok(keys.kind === 'keys' && keys.account.id === 'usuario1@valija.test' && keys.keys.storedKey.length === 32);
  const imported = await world.admin.setPasswordHash('usuario1@valija.test', '{SSHA}H/zrDv8FXUu1JmwvVYijfrYEF34jVZcO');
  assert.partialDeepStrictEqual(imported, { ok: true, value: { passwordScheme: 'SSHA', scram: false } });
  assert.equal((await world.authenticator.findScramKeys(scramOf('usuario1'))).kind, 'none');
  assert.equal((await world.authenticator.checkPassword('usuario1', 'test')).kind, 'accepted');
  assert.ok(!JSON.stringify(await world.admin.showAccount('usuario1@valija.test')).includes('H/zrDv8FXU'));
  assert.equal((await world.authenticator.findScramKeys(scramOf('nadie'))).kind, 'none');
});

test('[T14] quotes and wildcards in logins, addresses and names are literal data', async () => {
  await using world = await openPopulated();
  await world.admin.addAccount("o'neil@valija.test", 'contraseña tres', { displayName: "'; DROP TABLE accounts; --" });
  assert.equal((await world.directory.findAccount("O'Neil@valija.test"))?.displayName, "'; DROP TABLE accounts; --");
  for (const text of MALICE) {
    assert.equal(await world.directory.findAccount(text), undefined, text);
    assert.equal(await world.directory.findAccount(`${text}@valija.test`), undefined, text);
    assert.equal((await world.authenticator.checkPassword(text, text)).kind, 'rejected');
    assert.equal((await world.authenticator.findScramKeys(scramOf(text))).kind, 'none');
    const found = await world.directory.lookUpRecipient({ localPart: text, domain: 'valija.test' });
    assert.equal(found.kind, 'unknown-user', text);
    assert.equal((await world.directory.lookUpRecipient({ localPart: text, domain: text })).kind, 'foreign-domain');
    assert.equal((await world.admin.showAccount(text)).ok, false);
    assert.deepEqual(await world.admin.listAccounts(text), []);
    // The underscore alone is a name in DNS.
    if (text !== '_') assert.equal((await world.admin.addDomain(text, {})).ok, false, text);
  }
  assert.equal((await world.admin.listAccounts(undefined)).length, 3);
});

test('[T25] a thousand logins at once each get their own account', async () => {
  await using world = await openWorld();
  await world.admin.addDomain('valija.test', {});
  for (let i = 0; i < 50; i++) {
    await world.admin.addAccount(`u${i}@valija.test`, undefined, {});
    await world.admin.setPasswordHash(`u${i}@valija.test`, `{PLAIN}secreto-${i}`);
  }
  const many = openPasswordThreads({ threads: 2, waitingJobs: 2_000 });
  const open = openDirectory({ file: world.file, recipientDelimiter: '+', passwords: many, clock: world.clock });
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, async (_, i) => {
      const check = await open.authenticator.checkPassword(`u${i % 50}`, `secreto-${(i * 7) % 50}`);
      const right = i % 50 === (i * 7) % 50;
      return right
        ? check.kind === 'accepted' && check.account.id === `u${i % 50}@valija.test`
        : check.kind === 'rejected' && check.reason === 'wrong-password';
    }),
  );
  assert.ok(answers.every(Boolean));
  open[Symbol.dispose]();
  await many[Symbol.asyncDispose]();
});

test('a domain that only a further address of an account elsewhere is in: it is said which, and how to take it away', async () => {
  await using world = await openPopulated();
  const { admin } = world;
  await admin.addDomain('otra.test', {});
  await admin.setAccount('usuario1@valija.test', { addAddresses: ['ana@otra.test'] });
  const refused = await admin.removeDomain('otra.test');
  assert.equal(!refused.ok && refused.error.phrase, 'domain-of-address');
  assert.match(
    refused.ok ? '' : refused.error.message,
    /^ana@otra\.test .*: valija account set usuario1@valija\.test --remove-address ana@otra\.test$/,
  );
  await admin.setAccount('usuario1@valija.test', { removeAddresses: ['ana@otra.test'] });
  assert.equal((await admin.removeDomain('otra.test')).ok, true);
});

test('what cannot be is refused by name, and nothing of it is kept', async () => {
  await using world = await openPopulated();
  const { admin } = world;
  await admin.addAlias('ventas@valija.test', ['usuario1@valija.test']);
  const refusals: readonly (readonly [Promise<object>, string])[] = [
    [admin.addDomain('no es dominio', {}), 'domain-malformed'],
    [admin.addDomain('-a.test', {}), 'domain-malformed'],
    [admin.addDomain('1.2.3.4', {}), 'domain-malformed'],
    [admin.addDomain('VALIJA.test.', {}), 'domain-exists'],
    [admin.addDomain('otra.test', { catchAll: 'nadie@valija.test' }), 'catch-all-not-account'],
    [admin.removeDomain('valija.test'), 'domain-in-use'],
    [admin.showDomain('otra.test'), 'domain-not-found'],
    [admin.addAccount('usuario1', 'contraseña uno', {}), 'address-malformed'],
    [admin.addAccount('a..b@valija.test', 'contraseña uno', {}), 'address-malformed'],
    [admin.addAccount('a\u202eb@valija.test', 'contraseña uno', {}), 'address-malformed'],
    [admin.addAccount(`${'x'.repeat(65)}@valija.test`, 'contraseña uno', {}), 'address-malformed'],
    [admin.addAccount('usuario1@otra.test', 'contraseña uno', {}), 'domain-not-found'],
    [admin.addAccount('usuario1@valija.test', 'contraseña uno', {}), 'account-exists'],
    [admin.addAccount('dos@valija.test', 'contraseña uno', {}), 'address-taken-by-account'],
    [admin.addAccount('ventas@valija.test', 'contraseña uno', {}), 'address-taken-by-alias'],
    [admin.addAccount('nuevo@valija.test', 'corta', {}), 'password-too-short'],
    [admin.addAccount('nuevo@valija.test', 'con\ntrol es', {}), 'password-control-character'],
    [admin.addAccount('nuevo@valija.test', undefined, { quotaBytes: -1 }), 'quota-malformed'],
    [admin.addAccount('nuevo@valija.test', undefined, { quotaBytes: 1.5 }), 'quota-malformed'],
    [admin.addAccount('nuevo@valija.test', undefined, { displayName: 'a\r\nBcc: x' }), 'display-name-malformed'],
    [
      admin.addAccount('nuevo@valija.test', undefined, { addAddresses: ['dos@valija.test'] }),
      'address-taken-by-account',
    ],
    [admin.setAccount('usuario2@valija.test', { removeAddresses: ['usuario2@valija.test'] }), 'own-address-stays'],
    [admin.setAccount('usuario2@valija.test', { removeAddresses: ['tres@valija.test'] }), 'address-not-of-account'],
    [admin.setPassword('nadie@valija.test', 'contraseña uno'), 'account-not-found'],
    [admin.setPasswordHash('usuario1@valija.test', '{NOSUCH}x'), 'hash-malformed'],
    [admin.addAlias('ventas@valija.test', ['usuario2@valija.test']), 'alias-exists'],
    [admin.addAlias('dos@valija.test', ['usuario1@valija.test']), 'address-taken-by-account'],
    [admin.addAlias('nueva@valija.test', []), 'alias-without-targets'],
    [admin.addAlias('nueva@valija.test', ['NUEVA@valija.test']), 'alias-to-itself'],
    [admin.addAlias('nueva@valija.test', ['no']), 'address-malformed'],
    [admin.removeAlias('nueva@valija.test'), 'alias-not-found'],
  ];
  for (const [outcome, phrase] of refusals) assert.equal(code(await outcome), phrase);
  assert.equal((await admin.listAccounts('valija.test')).length, 2);
  assert.equal((await admin.listAliases(undefined)).length, 1);
  assert.equal((await admin.listDomains()).length, 1);
});

test('a disabled domain takes no mail, whoever or whatever has the address, and nobody logs in', async () => {
  await using world = await openPopulated();
  const { admin, directory, authenticator } = world;
  await admin.addDomain('otro.test', {});
  await admin.addAccount('ana@otro.test', 'contraseña ana', { addAddresses: ['ana@valija.test'] });
  await admin.addAlias('ventas@valija.test', ['ana@otro.test']);
  await admin.setDomain('valija.test', { disabled: true, catchAll: 'ana@otro.test' });
  for (const localPart of ['usuario1', 'usuario1+x', 'ana', 'ventas', 'nadie']) {
    const found = await directory.lookUpRecipient({ localPart, domain: 'Valija.test' });
    assert.deepEqual(found, { kind: 'disabled-domain' }, localPart);
  }
  const login = await authenticator.checkPassword('usuario1@valija.test', 'contraseña uno');
  assert.deepEqual(login, { kind: 'rejected', reason: 'disabled' });
  assert.equal((await directory.lookUpRecipient({ localPart: 'ana', domain: 'otro.test' })).kind, 'account');

  await admin.setDomain('valija.test', { disabled: false });
  assert.equal((await directory.lookUpRecipient({ localPart: 'ventas', domain: 'valija.test' })).kind, 'alias');
});

test('what was added can be changed and removed', async () => {
  await using world = await openPopulated();
  const { admin } = world;
  await admin.addAlias('ventas@valija.test', ['usuario1@valija.test']);
  const set = await admin.setAlias('ventas@valija.test', ['b@example.org', 'a@example.org', 'b@example.org']);
  assert.deepEqual(set.ok && set.value.targets, ['b@example.org', 'a@example.org']);
  const account = await admin.setAccount('usuario2@valija.test', {
    removeAddresses: ['dos@valija.test'],
    addAddresses: ['two@valija.test', 'zwei@valija.test'],
    displayName: '',
  });
  assert.partialDeepStrictEqual(account, {
    ok: true,
    value: {
      displayName: undefined,
      addresses: ['usuario2@valija.test', 'two@valija.test', 'zwei@valija.test'],
      passwordScheme: 'ARGON2ID',
      scram: true,
    },
  });
  assert.equal(code(await admin.removeAlias('ventas@valija.test')), 'ok');
  assert.equal(code(await admin.removeAccount('usuario1@valija.test')), 'ok');
  assert.equal(code(await admin.removeAccount('usuario2@valija.test')), 'ok');
  assert.equal(code(await admin.removeDomain('valija.test')), 'ok');
  assert.equal(await world.directory.isLocalDomain('valija.test'), false);
});

test('the file is readable by its owner only, and a newer one is left alone', async () => {
  await using world = await openWorld();
  for (const suffix of ['', '-wal', '-shm']) assert.equal(statSync(world.file + suffix).mode & 0o777, 0o600, suffix);
  const newer = new DatabaseSync(world.file);
  newer.exec('PRAGMA user_version = 99');
  newer.close();
  const options = { file: world.file, recipientDelimiter: '+', passwords: world.passwords, clock: world.clock };
  assert.throws(
    () => openDirectory(options),
    (error) => error instanceof WorldError && !error.transient && /newer version/.test(error.message),
  );
});

test('a file that is no database is said so, and left as it is', async () => {
  await using world = await openWorld();
  const file = `${world.file}.other`;
  writeFileSync(file, 'this is a text and no database\n'.repeat(200));
  const options = { file, recipientDelimiter: '+', passwords: world.passwords, clock: world.clock };
  assert.throws(() => openDirectory(options), /opening .*directory\.db\.other.*not a database/);
  assert.match(readFileSync(file, 'utf8'), /^this is a text/);
});

test('a directory that cannot be asked is «unavailable», never «wrong password»', async () => {
  await using world = await openPopulated();
  world[Symbol.dispose]();
  assert.deepEqual(await world.authenticator.checkPassword('usuario1', 'contraseña uno'), { kind: 'unavailable' });
  await assert.rejects(world.authenticator.findScramKeys(scramOf('usuario1')), WorldError);
  await assert.rejects(world.directory.findAccount('usuario1'), WorldError);
});
