// Where accounts live, and where other programs ask for them, changes while the server runs. Whoever is connected stays so; a
// setting that cannot be used leaves everything as it was, and the log says why.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { imapClient, readMailbox } from '../world/mail-reader.ts';
import {
  makeState,
  ONLY_STRANGERS,
  PASSWORD,
  type RunningServer,
  startServer,
  USER1,
} from '../world/running-server.ts';
import { deliver, openSmtp } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';

const HOUSE = `
[[directory]]
type = "passwd-file"
domains = ["casa.test"]
path = "casa.passwd"
`;
const SCHOOL = `
[[directory]]
type = "passwd-file"
domains = ["escuela.test"]
path = "escuela.passwd"
`;
const SOCKET = (path: string, mode: string) => `\n[[auth_socket]]\npath = "${path}"\nmode = "${mode}"\n`;

const ANA = { address: 'ana@casa.test', password: 'secreto de ana' };
const BEA = { address: 'bea@escuela.test', password: 'secreto de bea' };

let server: RunningServer;
let common = '';
before(async () => {
  const state = await makeState();
  for (const { address, password } of [ANA, BEA]) {
    const [name = '', domain = ''] = address.split('@');
    const file = join(state, `${domain.replace('.test', '')}.passwd`);
    writeFileSync(file, `${name}:{PLAIN}${password}\n`, { mode: 0o600 });
  }
  writeFileSync(join(state, 'alias-malo'), 'solo\n');
  // What is wrong in a table is told each time that it is opened.
  const table = `virtual_alias_maps = ["texthash:${join(state, 'alias-malo')}"]\n`;
  server = await startServer({ state, settings: ONLY_STRANGERS + table });
  common = readFileSync(server.configFile, 'utf8');
  await reload(HOUSE + SOCKET('run/auth', '0600'), 'reloaded --');
});
after(() => server[Symbol.asyncDispose]());

const times = (text: string) => server.log().split(text).length - 1;

/** With these entries, until the log says so. */
async function reload(entries: string, told: string, text = common): Promise<void> {
  const seen = times(told);
  writeFileSync(server.configFile, text + entries);
  process.kill(server.supervisorPid, 'SIGHUP');
  await until(told, () => times(told) > seen);
}

/** A program at an auth socket, greeted. */
async function openAuth(path: string): Promise<{ ask(login: typeof ANA): Promise<string>; socket: Socket }> {
  const socket = connect(join(server.state, path));
  let heard = '';
  socket.on('data', (octets) => {
    heard += octets.toString();
  });
  await until('the greeting', () => heard.endsWith('DONE\n'));
  socket.write('VERSION\t1\t2\nCPID\t77\n');
  return {
    socket,
    async ask({ address, password }) {
      heard = '';
      const token = Buffer.from(`\0${address}\0${password}`).toString('base64');
      socket.write(`AUTH\t1\tPLAIN\tservice=smtp\tsecured\tresp=${token}\n`);
      await until('the answer', () => heard.endsWith('\n'));
      return heard.trim();
    },
  };
}

test('[C68] a source comes and another goes at SIGHUP; sessions go on', async () => {
  const session = imapClient(server, ANA);
  await session.connect();
  const program = await openAuth('run/auth');
  assert.match(await program.ask(ANA), /^OK\t1\tuser=ana@casa\.test/);
  assert.match(await program.ask(BEA), /^FAIL/);
  assert.equal((await deliver(server, BEA.address, 'Subject: uno\r\n\r\n1\r\n')).slice(0, 3), '554');

  await reload(SCHOOL + SOCKET('run/auth', '0600'), 'reloaded --');
  assert.match(await deliver(server, BEA.address, 'Subject: dos\r\n\r\n2\r\n'), /^250 /);
  assert.equal((await readMailbox(server, BEA)).messages.length, 1);
  await assert.rejects(readMailbox(server, ANA));
  assert.match(await program.ask(BEA), /^OK\t1\tuser=bea@escuela\.test/);
  assert.equal((await session.status('INBOX', { messages: true })).messages, 0);
  await session.logout();

  await reload(SCHOOL + HOUSE + SOCKET('run/auth', '0600'), 'reloaded --');
  assert.match(await program.ask(ANA), /^OK/);
  program.socket.destroy();
});

test('[C57] auth sockets open, shut and change their rights; who is connected stays so', async () => {
  const program = await openAuth('run/auth');
  await reload(HOUSE + SOCKET('run/auth', '0660') + SOCKET('run/otro', '0666'), 'reloaded --');
  assert.equal(statSync(join(server.state, 'run/auth')).mode & 0o777, 0o660);
  const other = await openAuth('run/otro');
  assert.match(await other.ask(ANA), /^OK/);

  await reload(HOUSE + SOCKET('run/otro', '0666'), 'reloaded --');
  assert.equal(existsSync(join(server.state, 'run/auth')), false);
  assert.match(await program.ask(ANA), /^OK/);
  assert.match(await other.ask(ANA), /^OK/);
  program.socket.destroy();
  other.socket.destroy();
});

test('[C57] [C68] what cannot be used leaves all as it was: a socket without its folder, a domain of two classes', async () => {
  await reload(HOUSE + SOCKET('run/auth', '0600'), 'reloaded --');
  const refused = 'not reloaded, the settings in force stay: ';
  await reload(SCHOOL + SOCKET('run/auth', '0666') + SOCKET('nadie/auth', '0600'), `${refused}open the auth socket`);
  const twice = `mydestination = ["escuela.test"]\n${common}`;
  await reload(SCHOOL + SOCKET('run/nuevo', '0600'), `${refused}domains`, twice);
  assert.equal(statSync(join(server.state, 'run/auth')).mode & 0o777, 0o600);
  assert.equal(existsSync(join(server.state, 'run/nuevo')), false);
  assert.match(await deliver(server, ANA.address, 'Subject: tres\r\n\r\n3\r\n'), /^250 /);
  using talk = await openSmtp(server, 'smtp');
  await talk.say('MAIL FROM:<ana@example.org>');
  assert.match(await talk.say(`RCPT TO:<${BEA.address}>`), /^554 /);
  await assert.rejects(readMailbox(server, BEA));
  assert.equal((await readMailbox(server, { address: USER1, password: PASSWORD })).messages.length, 0);
});

test('each table is opened once', async () => {
  const complaint = 'alias-malo';
  const seen = times(complaint);
  await reload(HOUSE, 'reloaded --');
  assert.equal(times(complaint) - seen, 1);
});
