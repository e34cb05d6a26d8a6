// Real programs that read: each fetches the messages that lie in the inbox, over TLS, as the user who logged in.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PASSWORD, type RunningServer, startServer, USER1, USER2 } from '../world/running-server.ts';
import { openImap } from './mailbox-reader.ts';
import { programTest, runProgram } from './real-program.ts';
import { plainMessage } from './sample-mail.ts';

const SUBJECTS = ['uno', 'dos', 'tres'];

let server: RunningServer;
let folder: string;
before(async () => {
  server = await startServer();
  folder = mkdtempSync(join(tmpdir(), 'valija-readers-'));
  for (const subject of SUBJECTS) await deliver(subject);
});
after(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function deliver(subject: string, to = USER2): Promise<void> {
  const args = ['-sS', `smtp://127.0.0.1:${server.ports.smtp}`, '--mail-from', 'ana@example.org', '--mail-rcpt', to];
  const run = await runProgram('curl', [...args, '-T', '-'], { input: plainMessage(subject, 'Mañana, 5 €.\r\n') });
  assert.equal(run.code, 0, run.errors);
}

programTest('curl', '[C50] lists and reads over IMAPS', async () => {
  const base = ['-sS', '-k', '-u', `${USER2}:${PASSWORD}`];
  const url = `imaps://127.0.0.1:${server.ports.imaps}`;
  const list = await runProgram('curl', [...base, `${url}/`]);
  assert.match(list.output, /^\* LIST \([^)]*\) "\/" INBOX\r?$/m);
  const message = await runProgram('curl', [...base, `${url}/INBOX;MAILINDEX=1`]);
  assert.match(message.output, /^Subject: uno\r$/m);
  const found = await runProgram('curl', [...base, `${url}/INBOX?SUBJECT%20dos`]);
  assert.match(found.output, /^\* SEARCH 2\r?$/m);
});

programTest('curl', '[C49] reads over IMAP with STARTTLS, and cannot log in without it', async () => {
  const url = `imap://127.0.0.1:${server.ports.imap}/INBOX;MAILINDEX=1`;
  const secure = await runProgram('curl', ['-sS', '-k', '--ssl-reqd', '-u', `${USER2}:${PASSWORD}`, url]);
  assert.match(secure.output, /^Subject: uno\r$/m);
  const clear = await runProgram('curl', ['-sS', '-u', `${USER2}:${PASSWORD}`, url]);
  assert.notEqual(clear.code, 0);
});

programTest('curl', '[C46] reads over POP3S and over POP3 with STLS', async () => {
  for (const [url, options] of [
    [`pop3s://127.0.0.1:${server.ports.pop3s}/1`, []],
    [`pop3://127.0.0.1:${server.ports.pop3}/1`, ['--ssl-reqd']],
  ] as const) {
    const run = await runProgram('curl', ['-sS', '-k', ...options, '-u', `${USER2}:${PASSWORD}`, url]);
    assert.equal(run.code, 0, run.errors);
    assert.match(run.output, /^Subject: uno\r$/m);
  }
});

programTest('mbsync', 'mirrors the inbox to a Maildir and sends back what was flagged and deleted there', async () => {
  await deliver('espejo', USER1);
  await deliver('espejo dos', USER1);
  const local = join(folder, 'mirror');
  mkdirSync(local);
  const config = join(folder, 'mbsyncrc');
  writeFileSync(
    config,
    `IMAPAccount v\nHost 127.0.0.1\nPort ${server.ports.imaps}\nUser ${USER1}\nPass "${PASSWORD}"\nSSLType IMAPS\nCertificateFile ${join(server.state, 'tls/mail.valija.test.crt')}\n\n` +
      `IMAPStore far\nAccount v\n\nMaildirStore near\nPath ${local}/\nInbox ${local}/INBOX\n\n` +
      'Channel c\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nExpunge Both\nSync All\n',
  );
  const first = await runProgram('mbsync', ['-c', config, 'c'], { environment: { HOME: folder } });
  assert.equal(first.code, 0, first.errors);
  const files = readdirSync(join(local, 'INBOX/new')).sort();
  assert.equal(files.length, 2);
  const [seen = '', gone = ''] = files;
  const { renameSync } = await import('node:fs');
  renameSync(join(local, 'INBOX/new', seen), join(local, 'INBOX/cur', `${seen.replace(/:2,.*$/, '')}:2,FS`));
  renameSync(join(local, 'INBOX/new', gone), join(local, 'INBOX/cur', `${gone.replace(/:2,.*$/, '')}:2,T`));
  const second = await runProgram('mbsync', ['-c', config, 'c'], { environment: { HOME: folder } });
  assert.equal(second.code, 0, second.errors);
  const client = openImap(server, USER1);
  await client.connect();
  await client.mailboxOpen('INBOX');
  const flags: string[][] = [];
  for await (const message of client.fetch('1:*', { flags: true })) flags.push([...(message.flags ?? [])].sort());
  await client.logout();
  assert.deepEqual(flags, [['\\Flagged', '\\Seen']]);
});

programTest('fetchmail', '[C46] fetches over POP3S, keeps the mail, and does not fetch it twice', async () => {
  const config = join(folder, 'fetchmailrc');
  writeFileSync(
    config,
    `poll 127.0.0.1 protocol pop3 service ${server.ports.pop3s} uidl user "${USER2}" password "${PASSWORD}" ssl no sslcertck keep mda "/bin/sh -c 'cat >> ${folder}/fetched'"\n`,
    { mode: 0o600 },
  );
  const environment = { HOME: folder, FETCHMAILHOME: folder };
  const args = ['-f', config, '--nodetach', '-i', join(folder, 'fetchids'), '--pidfile', join(folder, 'fetchmail.pid')];
  const first = await runProgram('fetchmail', args, { environment });
  assert.equal(first.code, 0, first.errors + first.output);
  const fetched = readFileSync(join(folder, 'fetched'), 'utf8');
  for (const subject of SUBJECTS) assert.match(fetched, new RegExp(`^Subject: ${subject}\\r?$`, 'm'));
  const second = await runProgram('fetchmail', args, { environment });
  assert.equal(second.code, 1, 'fetchmail says 1 when there is no new mail');
});

programTest('fetchmail', 'fetches over IMAP with STARTTLS', async () => {
  await deliver('fetchmail imap', USER1);
  const config = join(folder, 'fetchmailrc-imap');
  const target = join(folder, 'fetched-imap');
  writeFileSync(
    config,
    `poll 127.0.0.1 protocol imap service ${server.ports.imap} user "${USER1}" password "${PASSWORD}" sslproto TLS1.2+ no sslcertck keep fetchall mda "/bin/sh -c 'cat >> ${target}'"\n`,
    { mode: 0o600 },
  );
  const args = ['-f', config, '--nodetach', '--pidfile', join(folder, 'fetchmail-imap.pid')];
  const run = await runProgram('fetchmail', args, { environment: { HOME: folder, FETCHMAILHOME: folder } });
  assert.equal(run.code, 0, run.errors + run.output);
  assert.match(readFileSync(target, 'utf8'), /^Subject: fetchmail imap\r?$/m);
});

programTest('mutt', 'opens the inbox over IMAPS and copies all of it to an mbox', async () => {
  const config = join(folder, 'muttrc');
  const target = join(folder, 'mutt-copy');
  writeFileSync(
    config,
    [
      `set folder="imaps://127.0.0.1:${server.ports.imaps}/"`,
      `set spoolfile="imaps://127.0.0.1:${server.ports.imaps}/INBOX"`,
      `set imap_user="${USER2}" imap_pass="${PASSWORD}"`,
      `set certificate_file="${join(server.state, 'tls/mail.valija.test.crt')}" ssl_verify_host=no`,
      'set confirmappend=no confirmcreate=no delete=yes quit=yes wait_key=no mark_old=no copy=no',
      `push "<tag-pattern>.<enter><tag-prefix><copy-message>${target}<enter><quit>"`,
    ].join('\n'),
  );
  const command = `mutt -F ${config}`;
  const run = await runProgram('script', ['-qec', command, '/dev/null'], {
    environment: { HOME: folder, TERM: 'xterm', MAIL: '/dev/null', COLUMNS: '80', LINES: '24' },
  });
  assert.ok(existsSync(target), run.output);
  const copied = readFileSync(target, 'utf8');
  for (const subject of SUBJECTS) assert.match(copied, new RegExp(`^Subject: ${subject}\\r?$`, 'm'));
});

test('imapflow: appends, flags, moves, searches and is told of new mail by IDLE', async () => {
  const client = openImap(server, USER1);
  await client.connect();
  await client.mailboxCreate('Trabajo/Año');
  await client.append('Trabajo/Año', plainMessage('guardado'), ['\\Seen', '$Importante']);
  await client.mailboxOpen('Trabajo/Año');
  assert.deepEqual(await client.search({ subject: 'guardado', keyword: '$Importante' }), [1]);
  await client.messageMove('1', 'Archivo').catch(() => undefined);
  await client.mailboxCreate('Archivo');
  const moved = await client.messageMove('1', 'Archivo');
  assert.ok(moved !== false && moved.uidMap?.size === 1);
  await client.mailboxOpen('INBOX');
  const arrived = new Promise((resolve) => client.once('exists', resolve));
  void client.idle();
  await deliver('por idle', USER1);
  await arrived;
  await client.logout();
});

programTest('python3', 'imaplib and poplib log in, read, flag and delete', async () => {
  await deliver('python', USER1);
  const run = await runProgram('python3', [join(import.meta.dirname, 'read_mail.py')], {
    input: JSON.stringify({ user: USER1, password: PASSWORD, imap: server.ports.imap, pop3s: server.ports.pop3s }),
  });
  assert.equal(run.code, 0, run.errors);
  assert.match(run.output, /^done$/m);
});

programTest('openssl', '[C50] the certificate is for the name, and only TLS 1.2 and newer is spoken', async () => {
  const certificate = join(server.state, 'tls/mail.valija.test.crt');
  const place = `127.0.0.1:${server.ports.imaps}`;
  const check = ['s_client', '-connect', place, '-CAfile', certificate, '-verify_return_error', '-brief'];
  const good = await runProgram('openssl', [...check, '-verify_hostname', 'mail.valija.test'], {
    input: 'a LOGOUT\r\n',
  });
  assert.match(good.errors + good.output, /Verification: OK/);
  const other = await runProgram('openssl', [...check, '-verify_hostname', 'otro.test'], { input: '' });
  assert.notEqual(other.code, 0);
  for (const [version, spoken] of [
    ['-tls1_1', false],
    ['-tls1_2', true],
    ['-tls1_3', true],
  ] as const) {
    const run = await runProgram('openssl', ['s_client', '-connect', place, version, '-brief'], {
      input: 'a LOGOUT\r\n',
    });
    assert.equal(/Protocol version: TLSv1/.test(run.errors + run.output), spoken, version);
  }
});
