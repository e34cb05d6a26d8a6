import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionPair } from '../../../test/world/connection-pair.ts';
import { loginWorld } from '../../../test/world/logins.ts';
import { GrantedLogins } from './granted-logins.ts';
import { serveAuthMasters } from './serve-masters.ts';

const DEADLINE_MS = 60_000;

async function open() {
  const { directory, log, clock } = loginWorld();
  const granted = new GrantedLogins(clock);
  const { server, client } = connectionPair();
  const describeAccount = ({ id }: { id: string }) => new Map([['home', `/srv/vhosts/${id}`]]);
  const served = serveAuthMasters(server, { directory, describeAccount, processId: 42, granted, log });
  assert.equal(await client.waitFor('SPID\t42\n', DEADLINE_MS), 'VERSION\t1\t1\nSPID\t42\n');
  client.send('VERSION\t1\t0\n');
  const ask = (line: string) => {
    client.send(`${line}\n`);
    return client.readLine(DEADLINE_MS);
  };
  return { ask, client, served, directory, granted, clock };
}

test('[C57] who is who, by any of their addresses, as Dovecot’s LMTP asks it', async () => {
  const { ask } = await open();
  const found = 'usuario1@valija.test\thome=/srv/vhosts/usuario1@valija.test\n';
  assert.equal(await ask('USER\t1\tUsuario1@valija.test\tservice=lmtp'), `USER\t1\t${found}`);
  assert.equal(await ask('USER\t2\tuno@valija.test\tservice=lmtp'), `USER\t2\t${found}`);
  assert.equal(await ask('USER\t3\tnadie@valija.test\tservice=lmtp'), 'NOTFOUND\t3\n');
  assert.equal(await ask('USER\t4\ta\x01tb\tservice=lmtp'), 'NOTFOUND\t4\n');
  assert.equal(await ask('PASS\t5\tusuario1@valija.test\tservice=lmtp'), 'PASS\t5\tuser=usuario1@valija.test\n');
  assert.equal(await ask('LIST\t6\tservice=doveadm'), 'FAIL\t6\ttemp\tcode=temp_fail\n');
});

test('[C57] whose login it was, at the other socket: told once, to whoever has the cookie, for a minute', async () => {
  const { ask, granted, clock } = await open();
  const cookie = 'ab'.repeat(16);
  const reference = { clientProcessId: 77, requestId: 3, cookie };
  granted.grant(reference, 'usuario1@valija.test');
  const found = 'usuario1@valija.test\thome=/srv/vhosts/usuario1@valija.test\n';
  assert.equal(await ask(`REQUEST\t1\t77\t3\t${'cd'.repeat(16)}`), 'NOTFOUND\t1\n');
  assert.equal(await ask(`REQUEST\t2\t77\t4\t${cookie}`), 'NOTFOUND\t2\n');
  assert.equal(await ask(`REQUEST\t3\t77\t3\t${cookie}\tsession_pid=5\trequest_auth_token`), `USER\t3\t${found}`);
  assert.equal(await ask(`REQUEST\t4\t77\t3\t${cookie}`), 'NOTFOUND\t4\n');
  granted.grant(reference, 'usuario1@valija.test');
  clock.advance(60_000);
  assert.equal(await ask(`REQUEST\t5\t77\t3\t${cookie}`), 'NOTFOUND\t5\n');
});

test('[C57] a directory out of reach is a failure, never «no such user»', async () => {
  const { ask, directory } = await open();
  directory.outOfReach = true;
  assert.equal(await ask('USER\t1\tusuario1@valija.test'), 'FAIL\t1\ttemp\tcode=temp_fail\n');
});

test('[T5] what is not of the protocol ends the connection', async () => {
  for (const line of ['USER', 'REQUEST\t1\t2\t3\tgalleta', 'VERSION\t2\t0', 'x'.repeat(20_000)]) {
    const { client, served } = await open();
    client.send(`${line}\n`);
    assert.equal(await client.readToEnd(DEADLINE_MS), '', line.slice(0, 20));
    await served;
  }
});
