import assert from 'node:assert/strict';
import { pbkdf2Sync } from 'node:crypto';
import { test } from 'node:test';
import { clientProof } from '#protocols/sasl/scram-keys.ts';
import { connectionPair } from '../../../test/world/connection-pair.ts';
import { loginWorld, plain } from '../../../test/world/logins.ts';
import { GrantedLogins } from './granted-logins.ts';
import { serveAuthClients } from './serve-clients.ts';

const DEADLINE_MS = 60_000;
const PERSON = 'service=smtp\tnologin\tlip=192.0.2.1\trip=198.51.100.7\tsecured';
const RIGHT = `resp=${plain('usuario1', 'sésamo').toString('base64')}`;
const WRONG = `resp=${plain('usuario1', 'falsa').toString('base64')}`;
const OK = 'OK\t1\tuser=usuario1@valija.test';

/** A socket that has greeted, and a client. */
async function open(limits = { requestsAtOnce: 100 }) {
  const world = loginWorld();
  const { server, client } = connectionPair();
  const identity = () => ({ processId: 1, connectionNumber: 2, cookie: Buffer.alloc(16) });
  const granted = new GrantedLogins(world.clock);
  const service = { login: world.login, log: world.log, limits, identity, granted };
  const served = serveAuthClients(server, service);
  const greeting = await client.waitFor('DONE\n', DEADLINE_MS);
  client.send('VERSION\t1\t2\nCPID\t77\n');
  const hear = async () => (await client.readLine(DEADLINE_MS))?.replace(/\n$/, '');
  return {
    ...{ ...world, granted, client, served, greeting, hear },
    ask(line: string) {
      client.send(`${line}\n`);
      return hear();
    },
  };
}

test('[C57] a Postfix beside us: mechanisms, PLAIN with and without an initial response, LOGIN', async () => {
  const { ask, greeting, journeys, log } = await open();
  assert.match(greeting, /^VERSION\t1\t2\n/);
  assert.match(
    greeting,
    /^MECH\tSCRAM-SHA-256\tmutual-auth\nMECH\tOAUTHBEARER\nMECH\tXOAUTH2\nMECH\tPLAIN\tplaintext$/m,
  );
  assert.doesNotMatch(greeting, /PLUS/);
  assert.equal(await ask(`AUTH\t1\tPLAIN\t${PERSON}\t${RIGHT}`), OK);
  assert.equal(await ask(`AUTH\t1\tPLAIN\t${PERSON}`), 'CONT\t1\t');
  assert.equal(await ask(`CONT\t1\t${plain('usuario1', 'sésamo').toString('base64')}`), OK);
  assert.equal(await ask(`AUTH\t1\tLOGIN\t${PERSON}`), 'CONT\t1\tVXNlcm5hbWU6');
  assert.equal(await ask(`CONT\t1\t${Buffer.from('usuario1').toString('base64')}`), 'CONT\t1\tUGFzc3dvcmQ6');
  assert.equal(await ask(`CONT\t1\t${Buffer.from('sésamo').toString('base64')}`), OK);
  assert.equal(await ask(`AUTH\t1\tPLAIN\t${PERSON}\t${WRONG}`), 'FAIL\t1');
  assert.equal(await ask(`AUTH\t1\tCRAM-MD5\t${PERSON}`), 'FAIL\t1\treason=Mechanism not offered, or not without TLS');
  assert.equal(journeys.ofKind('authenticated').length, 3);
  assert.match(log.text(), /auth.*plain\(usuario1@valija\.test,198\.51\.100\.7\): authentication succeeded/);
  assert.match(log.text(), /auth.*plain\(usuario1,198\.51\.100\.7\): authentication failure/);
  assert.ok(!log.text().includes('sésamo') && !log.text().includes('falsa'));
});

test('[C57] a login that is to begin is kept for who serves the mail; one that is only judged is not', async () => {
  const { ask, granted } = await open();
  const cookie = '00'.repeat(16);
  const kept = (requestId: number) => granted.take({ clientProcessId: 77, requestId, cookie });
  assert.equal(await ask(`AUTH\t1\tPLAIN\t${PERSON}\t${RIGHT}`), OK);
  assert.equal(kept(1), undefined);
  const begins = PERSON.replace('service=smtp\tnologin', 'service=imap');
  assert.equal(await ask(`AUTH\t2\tPLAIN\t${begins}\t${RIGHT}`), OK.replace('1', '2'));
  assert.equal(kept(2), 'usuario1@valija.test');
  assert.equal(await ask(`AUTH\t3\tPLAIN\t${begins}\t${WRONG}`), 'FAIL\t3');
  assert.equal(kept(3), undefined);
});

for (const final of ['', '\tfinal-resp-ok'] as const) {
  test(`[C57] SCRAM-SHA-256, the server’s proof ${final === '' ? 'as a last challenge' : 'in OK'}`, async () => {
    const { ask } = await open();
    const bare = 'n=usuario1,r=abc';
    const first = Buffer.from(`n,,${bare}`).toString('base64');
    const challenge = (await ask(`AUTH\t1\tSCRAM-SHA-256\t${PERSON}${final}\tresp=${first}`)) ?? '';
    const serverFirst = Buffer.from(challenge.split('\t')[2] ?? '', 'base64').toString();
    const [, nonce = '', salt = '', iterations] = /^r=([^,]+),s=([^,]+),i=(\d+)$/.exec(serverFirst) ?? [];
    const salted = pbkdf2Sync('sésamo', Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
    const withoutProof = `c=biws,r=${nonce}`;
    const proof = clientProof('sha256', salted, `${bare},${serverFirst},${withoutProof}`).toString('base64');
    const answer = await ask(`CONT\t1\t${Buffer.from(`${withoutProof},p=${proof}`).toString('base64')}`);
    if (final !== '') return assert.match(answer ?? '', /^OK\t1\tuser=usuario1@valija\.test\tresp=dj1/);
    assert.match(answer ?? '', /^CONT\t1\tdj1/);
    assert.equal(await ask('CONT\t1\t'), OK);
  });
}

test('[C57] nobody logs in there in clear; a program of this machine that names nobody’s address may', async () => {
  const { ask } = await open();
  const inClear = 'service=smtp\tlip=192.0.2.1\trip=198.51.100.7';
  assert.match((await ask(`AUTH\t1\tPLAIN\t${inClear}\t${RIGHT}`)) ?? '', /^FAIL\t1\treason=.*TLS/);
  assert.match((await ask(`AUTH\t1\tPLAIN\tservice=smtp\trip=unknown\t${RIGHT}`)) ?? '', /^FAIL\t1\treason=.*TLS/);
  assert.equal(await ask(`AUTH\t1\tPLAIN\tservice=doveadm\t${RIGHT}`), OK);
});

test('[C57] guessing there is slowed down as at our own doors, by the address of the person', async () => {
  const { ask, clock } = await open();
  const guess = (i: number) => `resp=${plain('usuario1', `falsa${i}`).toString('base64')}`;
  for (let i = 0; i < 6; i += 1) assert.equal(await ask(`AUTH\t${i}\tPLAIN\t${PERSON}\t${guess(i)}`), `FAIL\t${i}`);
  assert.match(
    (await ask(`AUTH\t9\tPLAIN\t${PERSON}\t${RIGHT}`)) ?? '',
    /^FAIL\t9\treason=Too many.*\tcode=temp_fail$/,
  );
  const elsewhere = PERSON.replace('198.51.100.7', '203.0.113.7');
  assert.equal(await ask(`AUTH\t1\tPLAIN\t${elsewhere}\t${RIGHT}`), OK);
  clock.advance(3_600_000);
  assert.equal(await ask(`AUTH\t1\tPLAIN\t${PERSON}\t${RIGHT}`), OK);
});

test('[C57] a directory out of reach is never a wrong password: Postfix is hung up on, others are told', async () => {
  const { ask, client, directory, served } = await open();
  directory.outOfReach = true;
  assert.equal(
    await ask(`AUTH\t1\tPLAIN\t${PERSON.replace('smtp', 'imap')}\t${RIGHT}`),
    'FAIL\t1\ttemp\tcode=temp_fail',
  );
  // Of somebody who went away in the midst of it.
  assert.equal(await ask(`AUTH\t2\tLOGIN\t${PERSON}`), 'CONT\t2\tVXNlcm5hbWU6');
  client.send(`AUTH\t3\tPLAIN\t${PERSON}\t${RIGHT}\n`);
  assert.equal(await client.readToEnd(DEADLINE_MS), '');
  await served;
});

test('[C57] a disabled account is told to who knew its password', async () => {
  const { ask } = await open();
  const right = `resp=${plain('usuario3', 'vieja').toString('base64')}`;
  assert.equal(await ask(`AUTH\t1\tPLAIN\t${PERSON}\t${right}`), 'FAIL\t1\tuser_disabled\tcode=user_disabled');
});

test('[C57] exchanges do not wait for one another; cancelled and unknown ones', async () => {
  const { ask, client, hear } = await open();
  assert.equal(await ask(`AUTH\t1\tLOGIN\t${PERSON}`), 'CONT\t1\tVXNlcm5hbWU6');
  assert.equal(await ask(`AUTH\t2\tPLAIN\t${PERSON}\t${RIGHT}`), OK.replace('1', '2'));
  client.send('CANCEL\t1\n');
  assert.equal(await ask('CONT\t1\tYQ=='), 'FAIL\t1');
  assert.equal(await ask('CONT\t9\tYQ=='), 'FAIL\t9');
  client.send(`AUTH\t1\tLOGIN\t${PERSON}\nSOMETHING\tnew\n`);
  assert.equal(await hear(), 'CONT\t1\tVXNlcm5hbWU6');
});

test('[C57] people who go away leave exchanges behind: the oldest make room', async () => {
  const { ask } = await open({ requestsAtOnce: 3 });
  for (const id of [1, 2, 3, 4]) assert.equal(await ask(`AUTH\t${id}\tLOGIN\t${PERSON}`), `CONT\t${id}\tVXNlcm5hbWU6`);
  assert.equal(await ask('CONT\t1\tYQ=='), 'FAIL\t1');
  assert.equal(await ask('CONT\t2\tYQ=='), 'CONT\t2\tUGFzc3dvcmQ6');
});

test('[T5] [T24] what is not of the protocol ends that connection, and no other', async () => {
  const quiet = await open();
  for (const line of ['nonsense\r', 'AUTH\tx', 'VERSION\t2\t0', 'CONT\t1\t*', 'x'.repeat(20_000), '\xff']) {
    const { client, served } = await open();
    client.send(Buffer.from(`${line}\n`, 'latin1'));
    assert.equal(await client.readToEnd(DEADLINE_MS), '', line.slice(0, 20));
    await served;
  }
  const twice = await open();
  assert.equal(await twice.ask(`AUTH\t1\tLOGIN\t${PERSON}`), 'CONT\t1\tVXNlcm5hbWU6');
  assert.equal(await twice.ask(`AUTH\t1\tLOGIN\t${PERSON}`), undefined);
  assert.equal(await quiet.ask(`AUTH\t1\tPLAIN\t${PERSON}\t${RIGHT}`), OK);
});
