// A Dovecot serves the mail of our accounts: it asks our auth sockets who may log in and where mail lies, takes deliveries by
// LMTP, and both of us read the same mailbox. Runs as root only: Dovecot becomes whoever owns the mail.

import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { addUser } from '../world/machine-user.ts';
import { imapClient } from '../world/mail-reader.ts';
import { idsOf, type RootServer, startRootServer } from '../world/root-server.ts';
import { openSmtpAt } from '../world/smtp-talk.ts';
import { until, untilLogged } from '../world/until.ts';
import { type DovecotMailServer, startDovecotMail } from './dovecot-mail-server.ts';
import { findProgram, programTest } from './real-program.ts';

const OWNER = 'valija-buzones';
const SHARED_GROUP = 'mail';
const ANA = { address: 'ana@casa.test', password: 'secreto de ana' };

function settings(folder: string): string {
  const [uid = 0, gid = 0] = idsOf(OWNER);
  const people = join(folder, 'people');
  writeFileSync(people, `ana:{PLAIN}${ANA.password}\n`);
  chmodSync(people, 0o600);
  mkdirSync(join(folder, 'sockets'), { mode: 0o755 });
  for (const path of [people, join(folder, 'sockets')]) chownSync(path, uid, gid);
  // As for a Postfix beside us: the folder hands its group on.
  mkdirSync(join(folder, 'shared'));
  chownSync(join(folder, 'shared'), uid, groupId(SHARED_GROUP));
  chmodSync(join(folder, 'shared'), 0o2750);
  return `myhostname = "mail.valija.test"
    mail_owner = "${OWNER}"
    [[directory]]
    type = "passwd-file"
    domains = ["casa.test"]
    path = "people"
    [[auth_socket]]
    path = "${folder}/sockets/client"
    mode = "0666"
    [[auth_socket]]
    protocol = "userdb"
    path = "${folder}/sockets/userdb"
    mode = "0666"
    [[auth_socket]]
    path = "${folder}/shared/auth"
    mode = "0660"
    group = "${SHARED_GROUP}"
  `;
}

function groupId(name: string): number {
  return Number(new RegExp(`^${name}:x:(\\d+):`, 'm').exec(readFileSync('/etc/group', 'utf8'))?.[1]);
}

const isRoot = process.getuid?.() === 0;

describe('a Dovecot that asks us', { skip: isRoot ? false : 'needs root' }, () => {
  const opened = new AsyncDisposableStack();
  let server: RootServer;
  let dovecot: DovecotMailServer;
  before(async () => {
    opened.use(await addUser(OWNER));
    server = opened.use(await startRootServer(settings, { owner: OWNER }));
    if (findProgram('dovecot') === undefined) return;
    const { folder } = server;
    const sockets = { client: join(folder, 'sockets/client'), userdb: join(folder, 'sockets/userdb') };
    dovecot = opened.use(await startDovecotMail(OWNER, sockets));
  });
  after(() => opened.disposeAsync());

  async function logIn(password: string) {
    const client = imapClient(dovecot.imapPort, { ...ANA, password });
    await client.connect();
    return client;
  }

  async function subjects(): Promise<string[]> {
    const client = await logIn(ANA.password);
    try {
      const { exists } = await client.mailboxOpen('INBOX', { readOnly: true });
      const found: string[] = [];
      if (exists > 0) {
        for await (const { envelope } of client.fetch('1:*', { envelope: true })) found.push(envelope?.subject ?? '');
      }
      return found;
    } finally {
      await client.logout();
    }
  }

  programTest('dovecot', '[C57] [C67] a login, and mail that we filed', async () => {
    using talk = await openSmtpAt(server.port);
    await talk.say('EHLO client.example');
    assert.match(await talk.bring('x@example.org', [ANA.address], 'Subject: de fuera\r\n\r\nhola\r\n'), /^250 /);
    await until('the message', async () => (await subjects()).includes('de fuera'));
    await assert.rejects(logIn('otra'));
    await untilLogged(server, /plain\(ana@casa\.test,127\.0\.0\.1\): authentication succeeded/);
    await untilLogged(server, /plain\(ana@casa\.test,127\.0\.0\.1\): authentication failure/);
  });

  programTest('dovecot', '[C57] [C67] a delivery by its LMTP, for one who is there and one who is not', async () => {
    using talk = await openSmtpAt(dovecot.lmtpPort);
    await talk.say('LHLO client.example');
    await talk.say('MAIL FROM:<x@example.org>');
    assert.match(await talk.say('RCPT TO:<nadie@casa.test>'), /^550 5\.1\.1 /);
    assert.match(await talk.say(`RCPT TO:<${ANA.address}>`), /^250 /);
    assert.match(await talk.say('DATA'), /^354 /);
    talk.stream.send('Subject: por LMTP\r\n\r\nhola\r\n');
    assert.match(await talk.say('.'), /^250 /, dovecot.log());
    assert.ok((await subjects()).includes('por LMTP'), dovecot.log());
  });

  test('[C57] a socket for a group that the server is not in, by its folder', () => {
    const { uid, gid, mode } = statSync(join(server.folder, 'shared/auth'));
    assert.deepEqual([uid, gid, mode & 0o777], [idsOf(OWNER)[0], groupId(SHARED_GROUP), 0o660]);
  });
});
