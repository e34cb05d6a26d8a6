// The users of the machine read and send like everybody else: their password is the machine's, their mail lies where every
// program expects it, and each thing is done by a process that is theirs.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { addUser, type MachineUser } from '../world/machine-user.ts';
import { imapClient, openMaildrop, readMailbox } from '../world/mail-reader.ts';
import { PASSWORD, type RunningServer, startServer, USER2 } from '../world/running-server.ts';
import { type Credentials, deliver, openSmtp } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';

const SECRET = 'una frase larga y propia';

for (const [where, settings] of [
  ['the mbox in /var/mail', ''],
  ['home_mailbox = Maildir/', 'home_mailbox = "Maildir/"\n'],
] as const) {
  describe(`[C41] [C43] [C45] users of the machine, with ${where}`, {
    skip: process.getuid?.() === 0 ? false : 'needs root',
  }, () => {
    let server: RunningServer;
    let person: MachineUser;
    let login: Credentials;
    before(async () => {
      person = await addUser(`vmaq${process.pid}${settings === '' ? 'a' : 'b'}`, '--create-home');
      login = { address: person.user, password: SECRET };
      const changed = spawnSync('chpasswd', { input: `${person.user}:${SECRET}\n`, encoding: 'utf8' });
      assert.equal(changed.status, 0, changed.stderr);
      server = await startServer({ settings: `system_users = true\n${settings}` });
    });
    after(async () => {
      await server[Symbol.asyncDispose]();
      rmSync(join('/var/mail', person.user), { force: true });
      rmSync(join('/home', person.user), { recursive: true, force: true });
      await person[Symbol.asyncDispose]();
    });
    const arrived = (count: number) =>
      until(`${count} messages`, async () => (await readMailbox(server, login)).messages.length === count);

    test('what comes is theirs, on disk too, and read by IMAP and POP3', async () => {
      await deliver(server, `${person.user}@localhost`, 'Subject: uno\r\n\r\nhola\r\nFrom aqui\r\n');
      await arrived(1);
      await deliver(server, `${person.user}+extra@localhost`, 'Subject: dos\r\n\r\nhola\r\n');
      await arrived(2);
      const place = settings === '' ? join('/var/mail', person.user) : join('/home', person.user, 'Maildir');
      const { uid, mode } = statSync(place);
      assert.equal(uid, Number(spawnSync('id', ['-u', person.user], { encoding: 'utf8' }).stdout));
      assert.equal(mode & 0o7777, settings === '' ? 0o660 : 0o700);
      const [first] = (await readMailbox(server, login)).messages;
      assert.match(
        first?.text ?? '',
        /^Return-Path: <.*>\r\n(?:.*\r\n)*Delivered-To: .*@localhost\r\n(?:.*\r\n)*From aqui\r\n$/,
      );
      using drop = await openMaildrop(server, login);
      const ids = await drop.uniqueIds();
      assert.equal(new Set(ids).size, 2);
      assert.match((await drop.retrieve(2)).toString(), /Subject: dos\r\n/);
    });

    test('flags and deletions last, UIDs stay, and a folder can be made', async () => {
      const before = await readMailbox(server, login);
      const client = imapClient(server, login);
      await client.connect();
      await client.mailboxOpen('INBOX');
      await client.messageFlagsAdd(String(before.messages[0]?.uid), ['\\Flagged'], { uid: true });
      await client.mailboxCreate('Guardado');
      await client.messageMove(String(before.messages[1]?.uid), 'Guardado', { uid: true });
      await client.logout();
      const later = await readMailbox(server, login);
      assert.equal(later.uidValidity, before.uidValidity);
      assert.deepEqual(
        later.messages.map(({ uid, flags }) => [uid, flags]),
        [[before.messages[0]?.uid, ['\\Flagged']]],
      );
      assert.match((await readMailbox(server, login, 'Guardado')).messages[0]?.text ?? '', /Subject: dos/);
    });

    test('a wrong password is refused, and nobody else is let in with theirs', async () => {
      for (const wrong of [
        { address: person.user, password: 'otra' },
        { address: 'root', password: SECRET },
        { address: 'nobody', password: '' },
        { address: `${person.user}@example.org`, password: SECRET },
      ]) {
        await assert.rejects(readMailbox(server, wrong), Error, wrong.address);
      }
    });

    test('they send in their own name, to others and to themselves, and in nobody else’s', async () => {
      using talk = await openSmtp(server, 'submission', login);
      const own = `${person.user}@localhost`;
      const header = `From: ${own}\r\nSubject: tres\r\n\r\nhola\r\n`;
      assert.match(await talk.bring(own, [own, USER2], header), /^250 2\.0\.0 Ok: queued/);
      assert.match(await talk.bring('root@localhost', [USER2], header), /^553 5\.7\.1 .*not owned/);
      await until('the copy of the hosted account', async () => {
        const { messages } = await readMailbox(server, { address: USER2, password: PASSWORD });
        return messages.some(({ text }) => text.includes('Subject: tres'));
      });
      await arrived(2);
    });

    test('what they see at home is theirs alone', () => {
      const home = join('/home', person.user);
      const strangers = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((file) => {
        return statSync(join(home, file)).uid !== statSync(home).uid;
      });
      assert.deepEqual(strangers, []);
      if (settings !== '') assert.ok(existsSync(join(home, 'Maildir', 'dovecot-uidlist')));
      else assert.match(readFileSync(join('/var/mail', person.user), 'latin1'), /\n>From aqui\n/);
    });
  });
}
