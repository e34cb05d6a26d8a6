import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import type { FactQuestion } from '#mail/restrictions/fact.ts';
import { factContext, factHouse } from '../../../test/world/fact-house.ts';
import { failingTable, literalTable, patternTable, tablesOf } from '../../../test/world/tables.ts';
import { parseExemptClients } from './greylist-exemptions.ts';

const NAMED = { '1.2.0.192.in-addr.arpa PTR': ['mail.example.org'], 'mail.example.org A': ['192.0.2.1'] };
const NAME: FactQuestion = { kind: 'client-name' };

test('[C35] a client has the name that leads back to it, and the log has it from then on', async () => {
  const { finder, asked } = factHouse({ records: NAMED });
  const context = factContext();
  assert.deepEqual(await finder.find(NAME, context), { kind: 'found', name: 'mail.example.org', verified: true });
  assert.equal(context.session.connection.clientName, 'mail.example.org');
  await finder.find(NAME, { ...context, instance: 'Q2' });
  assert.equal(asked.length, 2, 'a name is known for the whole stay');
});

test('[C35] a name that leads elsewhere is not the client’s', async () => {
  const { finder, log } = factHouse({ records: { ...NAMED, 'mail.example.org A': ['192.0.2.2'] } });
  const context = factContext();
  assert.deepEqual(await finder.find(NAME, context), { kind: 'found', name: 'mail.example.org', verified: false });
  assert.equal(context.session.connection.clientName, undefined);
  assert.match(log.text(), /warning: hostname mail\.example\.org does not resolve to address 192\.0\.2\.1/);
});

test('[T9] what the DNS cannot say now is «later», and asked for again with the next message', async () => {
  for (const records of [
    { '1.2.0.192.in-addr.arpa PTR': 'timeout' },
    { '1.2.0.192.in-addr.arpa PTR': ['mail.example.org'], 'mail.example.org A': 'servfail' },
  ] as const) {
    const { finder, asked } = factHouse({ records });
    const context = factContext();
    const answer = await finder.find(NAME, context);
    assert.ok(
      answer.kind === 'later' || (answer.kind === 'found' && 'verified' in answer && answer.verified === 'later'),
    );
    const before = asked.length;
    await finder.find(NAME, context);
    assert.equal(asked.length, before, 'but not twice for one message');
    await finder.find(NAME, { ...context, instance: 'Q2' });
    assert.equal(asked.length, 2 * before);
  }
});

test('[C37] records as text: exchanges of MX, «there is none», «no such name», «later»', async () => {
  const { finder } = factHouse({
    records: {
      'example.org MX': [
        { preference: 10, exchange: 'mx.example.org' },
        { preference: 20, exchange: '' },
      ],
      'example.org TXT': 'refused',
      'many.example A': Array.from({ length: 10_000 }, () => '127.0.0.2'),
    },
  });
  const find = (name: string, type: 'A' | 'MX' | 'TXT') => finder.find({ kind: 'dns', name, type }, factContext());
  assert.deepEqual(await find('example.org', 'MX'), { kind: 'found', records: ['mx.example.org', ''] });
  assert.deepEqual(await find('example.org', 'A'), { kind: 'none' });
  assert.deepEqual(await find('none.example', 'A'), { kind: 'no-such-name' });
  assert.deepEqual(await find('example.org', 'TXT'), { kind: 'later', reason: 'refused' });
  const many = await find('many.example', 'A');
  assert.ok(many.kind === 'found' && 'records' in many && many.records.length === 100);
});

test('[C35] the first key that a table has; patterns are asked for the whole one alone', async () => {
  const tables = tablesOf(
    literalTable('hash:a', { 'example.org': 'REJECT', 'ana@example.org': 'OK' }),
    patternTable('pcre:b', [
      [/^example/, 'REJECT part'],
      [/@Example/, 'REJECT whole'],
    ]),
    failingTable('fail:c'),
  );
  const { finder, log } = factHouse({ tables });
  const keys = ['ana@Example.org', 'example.org'];
  const find = (table: string) => finder.find({ kind: 'table', table, keys }, factContext());
  assert.deepEqual(await find('hash:a'), { kind: 'found', key: 'ana@Example.org', value: 'OK' });
  assert.deepEqual(await find('pcre:b'), { kind: 'found', key: 'ana@Example.org', value: 'REJECT whole' });
  assert.equal((await find('fail:c')).kind, 'later');
  assert.match(log.text(), /table fail:c lookup error/);
  assert.equal((await find('hash:named-by-an-access-table')).kind, 'later');
  const none = await finder.find({ kind: 'table', table: 'hash:a', keys: ['x.test'] }, factContext());
  assert.deepEqual(none, { kind: 'none' });
});

test('[C35] a policy service is told all that Postfix tells', async () => {
  const told: [string, Readonly<Record<string, string>>][] = [];
  const policyServices = {
    ask: async (service: string, attributes: Readonly<Record<string, string>>) => {
      told.push([service, attributes]);
      return 'DUNNO';
    },
  };
  const { finder } = factHouse({ records: NAMED, policyServices });
  const question: FactQuestion = { kind: 'policy-service', service: 'inet:127.0.0.1:1' };
  const tls = { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', bits: 256, serverName: undefined };
  const login = { account: 'usuario1@valija.test' as never, mechanism: 'PLAIN' };
  const context = factContext({ session: { tls, login }, sizeBytes: 123, recipientCount: 2 });
  assert.deepEqual(await finder.find(question, context), { kind: 'action', action: 'DUNNO' });
  assert.deepEqual(told[0], [
    'inet:127.0.0.1:1',
    {
      request: 'smtpd_access_policy',
      protocol_state: 'RCPT',
      protocol_name: 'ESMTP',
      client_address: '192.0.2.1',
      client_name: 'mail.example.org',
      client_port: '4321',
      reverse_client_name: 'mail.example.org',
      server_address: '198.51.100.1',
      server_port: '25',
      helo_name: 'mail.example.org',
      sender: 'ana@example.org',
      recipient: 'usuario1@valija.test',
      recipient_count: '0',
      queue_id: 'Q1',
      instance: 'Q1',
      size: '123',
      etrn_domain: '',
      stress: '',
      sasl_method: 'PLAIN',
      sasl_username: 'usuario1@valija.test',
      sasl_sender: '',
      ccert_subject: '',
      ccert_issuer: '',
      ccert_fingerprint: '',
      ccert_pubkey_fingerprint: '',
      encryption_protocol: 'TLSv1.3',
      encryption_cipher: 'TLS_AES_256_GCM_SHA384',
      encryption_keysize: '256',
      policy_context: '',
      compatibility_level: '3.6',
      mail_version: '3.8.0',
    },
  ]);
  await finder.find(question, context);
  assert.equal(told.length, 1, 'the same question of the same message is put once');
  await finder.find(question, { ...context, state: 'END-OF-MESSAGE', sizeBytes: 456 });
  assert.equal(told[1]?.[1]['recipient_count'], '2');
  assert.equal(told[1]?.[1]['size'], '456');
});

test('[C35] before a message, and of a client without a name, a policy service hears what Postfix would say', async () => {
  let told: Readonly<Record<string, string>> = {};
  const policyServices = {
    ask: async (_: string, attributes: Readonly<Record<string, string>>) => {
      told = attributes;
      return 'DUNNO';
    },
  };
  const { finder } = factHouse({ policyServices, records: { '1.2.0.192.in-addr.arpa PTR': ['other.example'] } });
  const context = factContext({ state: 'CONNECT', session: { helo: undefined, extended: false } });
  await finder.find(
    { kind: 'policy-service', service: 's' },
    { ...context, instance: 'c1', sender: null, recipient: undefined },
  );
  const { client_name, reverse_client_name, queue_id, sender, recipient, protocol_name, helo_name, instance } = told;
  assert.deepEqual(
    { client_name, reverse_client_name, queue_id, sender, recipient, protocol_name, helo_name, instance },
    {
      client_name: 'unknown',
      reverse_client_name: 'other.example',
      queue_id: '',
      sender: '',
      recipient: '',
      protocol_name: 'SMTP',
      helo_name: '',
      instance: 'c1',
    },
  );
});

test('[C35] first tries wait, but not bounces, nor whom the settings let pass', async () => {
  const { finder, tries, log } = factHouse();
  const find = (context: Parameters<typeof factContext>[0]) => finder.find({ kind: 'greylist' }, factContext(context));
  assert.deepEqual(await find({}), { kind: 'wait', seconds: 300 });
  assert.equal(tries.length, 1);
  assert.match(
    log.text(),
    /greylist: action=greylist, reason=300s missing, client_name=unknown, client_address=192\.0\.2\.1, sender=ana@example\.org, recipient=usuario1@valija\.test/,
  );
  assert.deepEqual(await find({ from: null }), { kind: 'known' });
  assert.deepEqual(await find({ to: 'Postmaster+x@valija.test' }), { kind: 'known' });
  assert.equal(tries.length, 1);
});

test('[C35] clients that greylisting passes by: networks, and names that are proven', async () => {
  const settings = { greylist_whitelist_clients: parseExemptClients(['203.0.113.0/24', '.example.org']) };
  const known = async (client: string, records = {}) => {
    const answer = await factHouse({ settings, records }).finder.find({ kind: 'greylist' }, factContext({ client }));
    return answer.kind === 'known';
  };
  assert.equal(await known('203.0.113.9'), true);
  assert.equal(await known('192.0.2.1', NAMED), true);
  assert.equal(
    await known('192.0.2.1', { ...NAMED, 'mail.example.org A': ['192.0.2.2'] }),
    false,
    'anybody can say so',
  );
  assert.equal(await known('192.0.2.1'), false);
  const evil = { '1.2.0.192.in-addr.arpa PTR': ['notexample.org'], 'notexample.org A': ['192.0.2.1'] };
  assert.equal(await known('192.0.2.1', evil), false);
});

test('[C35] a greylist or a directory that cannot be asked is «later»', async () => {
  const greylist = {
    look: async () => {
      throw new WorldError('greylist', { transient: true });
    },
  };
  const { finder, directory } = factHouse({ greylist });
  assert.equal((await finder.find({ kind: 'greylist' }, factContext())).kind, 'later');
  directory.outOfReach = true;
  for (const kind of ['sender-owners', 'sender-class'] as const) {
    assert.equal((await finder.find({ kind }, factContext())).kind, 'later');
  }
  const listed: FactQuestion = { kind: 'listed', which: 'recipient' };
  assert.equal((await finder.find(listed, factContext())).kind, 'later');
});

test('[C35] which addresses there are, and which their own servers take', async () => {
  const { finder, asked } = factHouse({ says: 'undeliverable' });
  const listed = (to: string) => finder.find({ kind: 'listed', which: 'recipient' }, factContext({ to }));
  assert.deepEqual(await listed('usuario1@valija.test'), { kind: 'listed' });
  assert.deepEqual(await listed('ana@example.org'), { kind: 'listed' });
  assert.deepEqual(await listed('nadie@valija.test'), { kind: 'unlisted', where: 'directory' });
  const verified = (from: string | null) => finder.find({ kind: 'verified', which: 'sender' }, factContext({ from }));
  assert.deepEqual(await verified(null), { kind: 'deliverable' });
  assert.deepEqual(await verified('usuario1@valija.test'), { kind: 'deliverable' });
  assert.deepEqual(await verified('ventas@valija.test'), { kind: 'deliverable' });
  assert.deepEqual(await verified('nadie@valija.test'), {
    kind: 'undeliverable',
    reason: 'User unknown in directory',
  });
  assert.deepEqual(asked, []);
  assert.deepEqual(await verified('ana@example.org'), {
    kind: 'undeliverable',
    reason: 'host mx said undeliverable',
  });
  assert.deepEqual(asked, ['ana@example.org at example.org']);
  const unknown = factHouse({ says: 'unknown' }).finder;
  const answer = await unknown.find({ kind: 'verified', which: 'sender' }, factContext());
  assert.deepEqual(answer, { kind: 'later', reason: 'host mx said unknown' });
});

test('[C35] whose address the sender’s is: an account’s own ones, never what a catch-all or an alias brings', async () => {
  const { finder } = factHouse();
  const owners = async (from: string | null) => {
    const answer = await finder.find({ kind: 'sender-owners' }, factContext({ from }));
    return answer.kind === 'found' && 'accounts' in answer ? answer.accounts : answer;
  };
  assert.deepEqual(await owners('uno@valija.test'), ['usuario1@valija.test']);
  assert.deepEqual(await owners('USUARIO1+x@valija.test'), ['usuario1@valija.test']);
  assert.deepEqual(await owners('quien@all.test'), []);
  assert.deepEqual(await owners('ventas@valija.test'), []);
  assert.deepEqual(await owners('ana@example.org'), []);
  assert.deepEqual(await owners(null), []);
});

test('[T9] slow answers cost one message its time and no more, and the next one has its own', async () => {
  const waiting: (() => void)[] = [];
  const dns = {
    resolve: () => new Promise<never>((resolve) => waiting.push(resolve as () => void)),
  };
  const { finder, time, log } = factHouse({ dns, settings: { smtpd_lookup_timeout: 10_000 } });
  const context = factContext();
  const ask = (name: string, instance = 'Q1') =>
    finder.find({ kind: 'dns', name, type: 'A' }, { ...context, instance });
  const first = ask('a.example');
  await time.pass(10_000);
  assert.deepEqual(await first, { kind: 'later', reason: 'smtpd_lookup_timeout is over' });
  const second = ask('b.example');
  await time.pass(0);
  assert.equal((await second).kind, 'later');
  assert.equal(waiting.length, 1, 'whose time is over asks nobody');
  const other = ask('c.example', 'Q2');
  await time.pass(1);
  assert.equal(waiting.length, 2);
  await time.pass(10_000);
  await other;
  assert.match(log.text(), /warning: a\.example: A lookup error: smtpd_lookup_timeout is over/);
});

test('[C35] a pause lasts as long as it was asked for, and is not taken from the time of questions', async () => {
  const { finder, time } = factHouse({ settings: { smtpd_lookup_timeout: 1_000 } });
  const context = factContext();
  let over = false;
  const pause = finder.find({ kind: 'pause', seconds: 5 }, context).then(() => {
    over = true;
  });
  await time.pass(4_999);
  assert.equal(over, false);
  await time.pass(1);
  await pause;
  assert.deepEqual(await finder.find({ kind: 'dns', name: 'x.test', type: 'A' }, context), { kind: 'no-such-name' });
});

test('[C35] a server that names every client asks once', async () => {
  const { finder, asked } = factHouse({ records: NAMED });
  const context = factContext();
  await finder.nameClient(context.session.connection);
  const { connection } = context.session;
  assert.deepEqual([connection.clientName, connection.reverseClientName], ['mail.example.org', 'mail.example.org']);
  await finder.find(NAME, context);
  assert.equal(asked.length, 2);
});
