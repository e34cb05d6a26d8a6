// Accounts in a real slapd: look-ups, logins by hash and by bind, and a server that lies down.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openTable } from '#platform/tables/open-table.ts';
import { addrSpec } from '../world/directory.ts';
import { EMBEDDED, logIn, openDirectoryHouse } from '../world/joined-directory.ts';
import { until } from '../world/until.ts';
import { findProgram } from './real-program.ts';
import { BASE, dnOf, type Person, READER, type SlapdServer, startSlapd } from './slapd-server.ts';

const PEOPLE: readonly Person[] = [
  {
    uid: 'ana',
    name: 'Ana Núñez',
    mail: 'ana@example.org',
    password: '{SSHA}H/zrDv8FXUu1JmwvVYijfrYEF34jVZcO',
    more: ['mailLocalAddress: jefa@example.org', 'mailLocalAddress: @example.org', 'employeeNumber: 20'],
  },
  { uid: 'berto', name: 'Berto', mail: 'berto@example.org', password: 'secreto de berto' },
  { uid: 'eva', name: 'Eva', mail: 'eva@example.org', password: 'secreto de eva', more: ['employeeType: nologin'] },
];
const ALIAS = `dn: cn=todos,ou=aliases,${BASE}
objectClass: nisMailAlias
cn: todos@example.org
rfc822MailMember: ana@example.org
rfc822MailMember: otro@example.net

dn: cn=claustro,ou=aliases,${BASE}
objectClass: groupOfNames
objectClass: inetLocalMailRecipient
cn: claustro
mailLocalAddress: claustro@example.org
mailRoutingAddress: archivo@example.net
member: ${dnOf('ana')}
member: ${dnOf('nadie')}
member: cn=claustro,ou=aliases,${BASE}

dn: dc=escuela,${BASE}
objectClass: domain
objectClass: domainRelatedObject
dc: escuela
associatedDomain: Escuela.test
associatedDomain: colegio.test`;

const FILTER = '(&(objectClass=inetOrgPerson)(|(mail=%u)(mailLocalAddress=%u)))';

const skip = findProgram('slapd') === undefined ? 'slapd is not installed' : false;
let slapd: SlapdServer;
before(async () => {
  if (!skip) slapd = await startSlapd(PEOPLE, ALIAS);
});
after(() => slapd?.[Symbol.asyncDispose]());

function settings(more: Record<string, unknown> = {}) {
  return {
    type: 'ldap',
    name: 'people',
    domains: ['example.org'],
    uris: [slapd.uri],
    dn: READER.dn,
    dnpass: READER.password,
    base: BASE,
    user_filter: FILTER,
    user_attrs:
      'mail=user, cn=name, mailLocalAddress=addresses, employeeNumber=quota_rule=*:storage=%$M, employeeType=nologin',
    pass_attrs: 'mail=user, userPassword=password',
    iterate_filter: '(objectClass=inetOrgPerson)',
    default_password_scheme: 'PLAIN',
    ...more,
  };
}

const BY_HASH = {};
const BY_BIND = { auth_bind: true, dn: '', dnpass: '', pass_attrs: 'mail=user' };

test('addresses, quota, aliases and the catch-all are found', { skip }, async () => {
  await using house = await openDirectoryHouse([settings({ alias_filter: '(&(objectClass=nisMailAlias)(cn=%u))' })]);
  const { directory } = house;
  const look = (address: string) => directory.lookUpRecipient(addrSpec(address));
  const ana = await directory.findAccount('ana@example.org');
  assert.deepEqual(ana, {
    id: 'ana@example.org',
    displayName: 'Ana Núñez',
    addresses: ['ana@example.org', 'jefa@example.org'],
    disabled: false,
    quotaBytes: 20 * 1024 * 1024,
  });
  assert.deepEqual(await look('JEFA@example.org'), {
    kind: 'account',
    account: ana,
    matched: 'address',
    detail: undefined,
  });
  assert.deepEqual(await look('ana+lista@example.org'), {
    kind: 'account',
    account: ana,
    matched: 'plus-address',
    detail: 'lista',
  });
  assert.deepEqual(await look('nadie@example.org'), {
    kind: 'account',
    account: ana,
    matched: 'catch-all',
    detail: undefined,
  });
  const targets = [addrSpec('ana@example.org'), addrSpec('otro@example.net')];
  assert.deepEqual(await look('todos@example.org'), { kind: 'alias', alias: 'todos@example.org', targets });
  assert.deepEqual(await look('ana@example.net'), { kind: 'foreign-domain' });
  assert.deepEqual(await look('nadie@valija.test'), { kind: 'unknown-user' });
  assert.equal(await directory.isLocalDomain('example.org'), true);
  assert.equal((await directory.findAccount('ana'))?.id, 'ana@example.org', 'the only domain of the source');
});

for (const [way, more] of [
  ['by hash', BY_HASH],
  ['by bind', BY_BIND],
  ['by bind under a name that is composed', { ...BY_BIND, auth_bind_userdn: `uid=%n,ou=people,${BASE}` }],
] as const) {
  test(`a password is tried ${way}`, { skip }, async () => {
    await using house = await openDirectoryHouse([settings(more)]);
    const check = (login: string, password: string) => house.authenticator.checkPassword(login, password);
    const accepted = await check('ana@example.org', 'test');
    assert.equal(accepted.kind === 'accepted' && accepted.account.id, 'ana@example.org');
    assert.equal(accepted.kind === 'accepted' && accepted.account.displayName, 'Ana Núñez');
    const wrong = { kind: 'rejected', reason: 'wrong-password' };
    assert.deepEqual(await check('ana@example.org', 'secreto de berto'), wrong);
    assert.deepEqual(await check('ana@example.org', ''), wrong);
    assert.deepEqual(await check('nadie@example.org', 'test'), { kind: 'rejected', reason: 'unknown-account' });
    assert.deepEqual(await check('eva@example.org', 'secreto de eva'), { kind: 'rejected', reason: 'disabled' });
    assert.equal((await check(EMBEDDED.address, EMBEDDED.password)).kind, 'accepted');
  });
}

test('its domains are asked for, too', { skip }, async () => {
  const more = { domains: [], domain_filter: '(objectClass=domainRelatedObject)' };
  await using house = await openDirectoryHouse([settings(more)]);
  const domains = (await house.admin.listDomains()).map(({ name }) => name);
  assert.deepEqual(domains.sort(), ['colegio.test', 'escuela.test', 'valija.test']);
  assert.equal(await house.routed.isLocalDomain('escuela.test'), true);
});

test('[C56] keys of SCRAM are made of a password in clear; where the server tries passwords there are none', {
  skip,
}, async () => {
  const question = { hash: 'sha256', salt: Buffer.alloc(16, 1), iterations: 4_096 } as const;
  await using house = await openDirectoryHouse([settings()]);
  const found = await house.authenticator.findScramKeys({ login: 'berto@example.org', ...question });
  assert.equal(found.kind === 'keys' && found.account.id, 'berto@example.org');
  const hashed = await house.authenticator.findScramKeys({ login: 'ana@example.org', ...question });
  assert.equal(hashed.kind === 'none' && hashed.reason, 'no-keys');
  await using binding = await openDirectoryHouse([settings(BY_BIND)]);
  const bound = await binding.authenticator.findScramKeys({ login: 'berto@example.org', ...question });
  assert.equal(bound.kind === 'none' && bound.reason, 'no-keys');
});

test('[T14] what a stranger wrote is a value in a filter and in a name', { skip }, async () => {
  const bind = { ...BY_BIND, auth_bind_userdn: `uid=%n,ou=people,${BASE}` };
  await using house = await openDirectoryHouse([
    settings({ ...bind, user_filter: '(uid=%n)', user_attrs: 'uid=user' }),
  ]);
  const logins = [
    '*',
    '*)(uid=*',
    'a*',
    'ana)(|(uid=*',
    'ana,ou=people',
    'EXTERNAL',
    'ana\\2a',
    "' OR 1=1 --",
    '%u',
    'a\0na',
  ];
  for (const name of logins) {
    for (const login of [`${name}@example.org`, `"${name}"@example.org`]) {
      const check = await house.authenticator.checkPassword(login, 'test');
      assert.deepEqual(check, { kind: 'rejected', reason: 'unknown-account' }, login);
    }
    const found = await house.directory.lookUpRecipient({ localPart: name, domain: 'example.org' });
    assert.equal(found.kind, 'unknown-user', name);
  }
  assert.equal((await house.authenticator.checkPassword('ana@example.org', 'test')).kind, 'accepted');
});

test('two entries with one address are nobody’s mailbox, and say so', { skip }, async () => {
  await using house = await openDirectoryHouse([settings({ user_filter: '(objectClass=inetOrgPerson)' })]);
  await assert.rejects(house.directory.lookUpRecipient(addrSpec('ana@example.org')), /have the same address/);
});

test('an account of another domain is nobody’s, whatever the filter finds', { skip }, async () => {
  await using house = await openDirectoryHouse([
    settings({ domains: ['other.test'], user_filter: '(uid=%n)', user_attrs: 'mail=user' }),
  ]);
  await assert.rejects(
    house.directory.findAccount('ana@other.test'),
    /names ana@example.org, which is in none of its domains/,
  );
});

test('TLS from the start, TLS by StartTLS, and none without a certificate that is believed', { skip }, async () => {
  const ways = [{ uris: [slapd.secureUri] }, { start_tls: true }];
  for (const way of ways) {
    await using house = await openDirectoryHouse([settings({ ...way, ...BY_BIND, tls_ca_cert_file: slapd.caFile })]);
    assert.equal((await house.authenticator.checkPassword('ana@example.org', 'test')).kind, 'accepted');
    await using strict = await openDirectoryHouse([settings({ ...way, ...BY_BIND })]);
    await assert.rejects(
      strict.authenticator.checkPassword('ana@example.org', 'test'),
      /directory people: .*certificate/,
    );
    await using lax = await openDirectoryHouse([settings({ ...way, ...BY_BIND, tls_require_cert: false })]);
    assert.equal((await lax.authenticator.checkPassword('ana@example.org', 'test')).kind, 'accepted');
  }
});

test('a changed password holds at once, though answers are kept', { skip }, async () => {
  for (const more of [BY_HASH, BY_BIND]) {
    await using house = await openDirectoryHouse([settings({ ...more, cache_ttl: '1h', cache_negative_ttl: '1h' })]);
    const check = async (password: string) =>
      (await house.authenticator.checkPassword('berto@example.org', password)).kind;
    assert.equal(await check('secreto de berto'), 'accepted');
    const replace = (password: string) =>
      slapd.change(`dn: ${dnOf('berto')}\nchangetype: modify\nreplace: userPassword\nuserPassword: ${password}\n`);
    replace('otro secreto');
    assert.equal(await check('otro secreto'), 'accepted');
    assert.equal(await check('algo falso'), 'rejected');
    replace('secreto de berto');
    assert.equal(await check('secreto de berto'), 'accepted');
  }
});

test('[T25] a thousand people at once, answers kept: each sees the own account alone', { skip }, async () => {
  const crowd = Array.from({ length: 1_000 }, (_, at): Person => {
    const uid = `persona${at}`;
    return { uid, name: uid, mail: `${uid}@example.org`, password: `secreto ${at}` };
  });
  await using many = await startSlapd(crowd);
  await using house = await openDirectoryHouse([settings({ uris: [many.uri], waiting_limit: 4_000, timeout: '60s' })]);
  const enter = async ({ mail }: Person, password: string) => {
    const check = await logIn(house, mail, password);
    return check.kind === 'accepted' ? check.account.id : check.kind;
  };
  for (const round of ['asked', 'kept']) {
    const answers = await Promise.all(crowd.map((person) => enter(person, person.password)));
    assert.deepEqual(
      answers,
      crowd.map(({ mail }) => mail),
      round,
    );
  }
  const crossed = await Promise.all(
    crowd.slice(0, 100).map((person, at) => enter(person, crowd[at + 1]?.password ?? '')),
  );
  assert.deepEqual(new Set(crossed), new Set(['rejected']));
});

test('the next server is asked when one does not answer', { skip }, async () => {
  await using other = await startSlapd(PEOPLE);
  await using house = await openDirectoryHouse([
    settings({ uris: [other.uri, slapd.uri], timeout: '2s', cache_ttl: '0s' }),
  ]);
  const check = async () => (await house.authenticator.checkPassword('ana@example.org', 'test')).kind;
  assert.equal(await check(), 'accepted');
  await other.hang();
  assert.equal(await check(), 'accepted', 'hanging');
  assert.equal(await check(), 'accepted', 'left alone');
  await other.end();
  assert.equal(await check(), 'accepted', 'ended');
});

test('a server that hangs or is down means later, and is back when it is back', { skip }, async () => {
  await using alone = await startSlapd(PEOPLE);
  await using house = await openDirectoryHouse([
    settings({ uris: [alone.uri], timeout: '2s', cache_ttl: '0s', cache_negative_ttl: '0s' }),
  ]);
  const check = () => house.authenticator.checkPassword('ana@example.org', 'test');
  assert.equal((await check()).kind, 'accepted');
  await alone.hang();
  await assert.rejects(check(), /directory people: ldap:\/\/localhost:\d+: no answer for 2000 ms/);
  await assert.rejects(house.directory.lookUpRecipient(addrSpec('nadie@example.org')), /no answer/);
  assert.equal((await house.authenticator.checkPassword(EMBEDDED.address, EMBEDDED.password)).kind, 'accepted');
  await alone.end();
  await assert.rejects(check(), { name: 'WorldError', transient: true });
  await alone.start();
  await until('a login', () =>
    check().then(
      ({ kind }) => kind === 'accepted',
      () => false,
    ),
  );
});

test('a list has everybody of the domain, and what is out of reach hides nobody else', { skip }, async () => {
  const unreachable = { ...settings({ name: 'lost', domains: ['lost.test'], uris: ['ldap://127.0.0.1:1'] }) };
  await using house = await openDirectoryHouse([unreachable, settings()]);
  const listed = (await house.admin.listAccounts(undefined)).map(({ id, source, problem }) => [id, source, problem]);
  assert.deepEqual(
    listed.map(([id, source]) => [id, source]),
    [
      ['usuario1@valija.test', undefined],
      ['*@lost.test', 'lost'],
      ['ana@example.org', 'people'],
      ['berto@example.org', 'people'],
      ['eva@example.org', 'people'],
    ],
  );
  assert.match(String(listed[1]?.[2]), /ECONNREFUSED/);
  const shown = await house.admin.showAccount('ana@example.org');
  assert.equal(shown.ok && shown.value.passwordScheme, 'SSHA');
  const refused = await house.admin.setPassword('ana@example.org', 'una contraseña nueva');
  assert.equal(
    !refused.ok && refused.error.message,
    'ana@example.org comes from the directory people; change it there',
  );
});

test('[C77] an ldap: table: several results, groups, values escaped, and later when the server is away', {
  skip,
}, async () => {
  const table = (lines: string) => {
    const file = join(slapd.folder, 'table.cf');
    writeFileSync(file, `server_host = ${slapd.uri}\nsearch_base = ${BASE}\nbind = no\ntimeout = 2\n${lines}`);
    return openTable(`ldap:${file}`, { warn: (text) => assert.fail(text) });
  };
  await using aliases = await table(
    'query_filter = (&(objectClass=nisMailAlias)(cn=%s))\nresult_attribute = rfc822MailMember',
  );
  assert.equal(await aliases.find('Todos@Example.org'), 'ana@example.org,otro@example.net');
  assert.equal(await aliases.find('nadie@example.org'), undefined);
  for (const key of ['*', '*)(cn=*', 'todos@*']) assert.equal(await aliases.find(key), undefined, key);
  const group = 'query_filter = mailLocalAddress=%s\nresult_attribute = mail\nspecial_result_attribute = member\n';
  await using groups = await table(group);
  assert.equal(await groups.find('claustro@example.org'), 'ana@example.org');
  await using archived = await table(`${group}terminal_result_attribute = mailRoutingAddress`);
  assert.equal(await archived.find('claustro@example.org'), 'archivo@example.net');
  await using formatted = await table(
    'query_filter = (uid=%u)\nresult_attribute = mail\ndomain = example.org\nresult_format = smtp:[%d]',
  );
  assert.equal(await formatted.find('ana@example.org'), 'smtp:[example.org]');
  assert.equal(await formatted.find('ana@example.net'), undefined);
  assert.equal(await formatted.find('ana'), undefined);
  await slapd.hang();
  try {
    await assert.rejects(aliases.find('todos@example.org'), { name: 'WorldError', transient: true });
  } finally {
    slapd.goOn();
  }
});
