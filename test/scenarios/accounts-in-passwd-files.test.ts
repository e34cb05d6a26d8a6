// Accounts that live in files: one passwd and one shadow in each home, and one file for a whole domain. Mail comes, people
// log in, an administrator changes a password; what others could have written is not believed.

import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readMailbox } from '../world/mail-reader.ts';
import { makeState, type RunningServer, startServer } from '../world/running-server.ts';
import { deliver, openSmtp, submit } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';
import { valija, valijaWithInput } from '../world/valija-command.ts';

const SETTINGS = `
virtual_mailbox_domains = ["virtual.test"]
virtual_mailbox_maps = ["inline:{uno@virtual.test=virtual.test/uno/}"]
[[directory]]
type = "passwd-file"
name = "homes"
domains = ["casa.test"]
path = "vhosts/%d/%n/passwd"
shadow_path = "vhosts/%d/%n/shadow"

[[directory]]
type = "passwd-file"
name = "staff"
domains = ["escuela.test"]
path = "escuela.passwd"

[[directory]]
type = "passwd-file"
name = "logins"
domains = ["virtual.test"]
mail = false
path = "%d.passwd"
`;

const USUARIO1 = { address: 'usuario1@casa.test', password: 'secreto de uno' };
const USUARIO2 = { address: 'usuario2@casa.test', password: 'secreto de dos' };
const BEA = { address: 'bea@escuela.test', password: 'test' };
/** `doveadm pw -s SSHA -p test`. */
const BEAS_HASH = '{SSHA}H/zrDv8FXUu1JmwvVYijfrYEF34jVZcO';

let server: RunningServer;
before(async () => {
  const state = await makeState({ settings: SETTINGS });
  for (const { address, password } of [USUARIO1, USUARIO2]) {
    const name = address.slice(0, address.indexOf('@'));
    const home = homeOf(state, name);
    mkdirSync(home, { recursive: true, mode: 0o750 });
    writeFileSync(
      join(home, 'passwd'),
      `${name}:x:5000:5000:Una persona::/bin/false:userdb_quota_rule=*:storage=10K\n`,
    );
    writeFileSync(join(home, 'shadow'), `${name}:{PLAIN}${password}:19000::::::\n`, { mode: 0o600 });
  }
  const lines = [
    '# la escuela',
    `bea:${BEAS_HASH}::::::addresses=info@escuela.test,@escuela.test`,
    'carlos:{PLAIN}secreto de carlos::::::nologin',
  ];
  writeFileSync(join(state, 'escuela.passwd'), `${lines.join('\n')}\n`, { mode: 0o600 });
  writeFileSync(join(state, 'virtual.test.passwd'), 'uno:{PLAIN}secreto virtual\ndos:{PLAIN}secreto\n', {
    mode: 0o600,
  });
  server = await startServer({ state, settings: SETTINGS });
});
after(() => server[Symbol.asyncDispose]());

function homeOf(state: string, name: string): string {
  return join(state, 'vhosts/casa.test', name);
}

test('[C68] mail comes to the home, and its owner reads it by the password in shadow', async () => {
  assert.match(await deliver(server, USUARIO1.address, 'Subject: hola\r\n\r\nhola\r\n'), /^250 /);
  assert.equal((await readMailbox(server, USUARIO1)).messages.length, 1);
  await assert.rejects(readMailbox(server, { ...USUARIO1, password: 'otra' }));
  await assert.rejects(readMailbox(server, { ...USUARIO1, password: USUARIO2.password }));
  using talk = await openSmtp(server, 'smtp');
  await talk.say('MAIL FROM:<ana@example.org>');
  assert.match(await talk.say('RCPT TO:<nadie@casa.test>'), /^550 5\.1\.1 /);
  assert.match(await talk.say('RCPT TO:<usuario1+lista@casa.test>'), /^250 /);
});

test('[C68] the quota of the line holds', async () => {
  using talk = await openSmtp(server, 'smtp');
  await talk.say('MAIL FROM:<ana@example.org> SIZE=15000');
  assert.match(await talk.say(`RCPT TO:<${USUARIO2.address}>`), /^552 5\.2\.2 /);
});

test('[C67] no name leads out of its folder', async () => {
  using talk = await openSmtp(server, 'smtp');
  await talk.say('MAIL FROM:<ana@example.org>');
  assert.match(await talk.say('RCPT TO:<"../usuario1"@casa.test>'), /^550 5\.1\.1 /);
  assert.match(await talk.say('RCPT TO:<"a/../usuario1"@casa.test>'), /^550 5\.1\.1 /);
});

test('further addresses and the catch-all of a line lead to it; nologin lets nobody in', async () => {
  assert.match(await deliver(server, 'info@escuela.test', 'Subject: info\r\n\r\nhola\r\n'), /^250 /);
  assert.match(await deliver(server, 'cualquiera@escuela.test', 'Subject: todo\r\n\r\nhola\r\n'), /^250 /);
  assert.equal((await readMailbox(server, BEA)).messages.length, 2);
  await assert.rejects(readMailbox(server, { address: 'carlos@escuela.test', password: 'secreto de carlos' }));
});

test('[C68] a password that is changed by the command holds at once, and nothing else of the files changes', async () => {
  const changed = await valijaWithInput(
    server,
    'una contraseña nueva\n',
    'account',
    'password',
    USUARIO1.address,
    '--password-stdin',
  );
  assert.equal(changed.code, 0, changed.errors);
  await assert.rejects(readMailbox(server, USUARIO1));
  await readMailbox(server, { ...USUARIO1, password: 'una contraseña nueva' });
  const shadow = join(homeOf(server.state, 'usuario1'), 'shadow');
  assert.match(readFileSync(shadow, 'utf8'), /^usuario1:\{ARGON2ID\}\$argon2id\$[^:]+:19000::::::\n$/);
  assert.equal(statSync(shadow).mode & 0o777, 0o600);

  await valijaWithInput(server, 'otra contraseña\n', 'account', 'password', BEA.address, '--password-stdin');
  await readMailbox(server, { ...BEA, password: 'otra contraseña' });
  const lines = readFileSync(join(server.state, 'escuela.passwd'), 'utf8').split('\n');
  assert.equal(lines[0], '# la escuela');
  assert.match(lines[1] ?? '', /^bea:\{ARGON2ID\}[^:]+::::::addresses=info@escuela\.test,@escuela\.test$/);
});

test('a line that is added is there at once', async () => {
  const file = join(server.state, 'escuela.passwd');
  writeFileSync(file, `${readFileSync(file, 'utf8')}dora:{PLAIN}secreto de dora\n`);
  await readMailbox(server, { address: 'dora@escuela.test', password: 'secreto de dora' });
});

test('[C68] files that others may read are refused: later, never «wrong password», and the command says why', async () => {
  const shadow = join(homeOf(server.state, 'usuario2'), 'shadow');
  chmodSync(shadow, 0o644);
  try {
    const shown = await valija(server, 'account', 'show', USUARIO2.address);
    assert.match(shown.output + shown.errors, /shadow has passwords, and others may read it \(mode 0644\): chmod 640 /);
    assert.match((await valija(server, 'account', 'list')).output, /^usuario2@casa\.test .* unusable +homes/m);
    await assert.rejects(openSmtp(server, 'submissions', USUARIO2), /454 4\.7\.0 /);
    await until('why in the log', () => /shadow has passwords, and others may read it/.test(server.log()));
  } finally {
    chmodSync(shadow, 0o600);
  }
  (await openSmtp(server, 'submissions', USUARIO2))[Symbol.dispose]();
});

test('a list and an account say where they come from; what cannot be changed here is refused', async () => {
  const listed = await valija(server, 'account', 'list');
  assert.match(listed.output, /^usuario1@casa\.test +Una persona +10 KiB +enabled +homes$/m);
  assert.match(listed.output, /^usuario1@valija\.test .* embedded$/m);
  assert.match((await valija(server, 'account', 'show', 'bea@escuela.test')).output, /^Source: +staff$/m);
  const domains = await valija(server, 'domain', 'list');
  assert.match(domains.output, /^escuela\.test +– +– +enabled +staff$/m);
  assert.doesNotMatch(domains.output, /virtual\.test/, 'mail does not go there by the file');
  const refused = await valija(server, 'account', 'set', BEA.address, '--quota', '1G');
  assert.match(refused.errors, /bea@escuela\.test comes from the directory staff; change it there/);
});

test('[C65] tables say where mail goes, and a file only who may log in', async () => {
  assert.match(await deliver(server, 'uno@virtual.test', 'Subject: virtual\r\n\r\nhola\r\n'), /^250 /);
  const uno = { address: 'uno@virtual.test', password: 'secreto virtual' };
  assert.equal((await readMailbox(server, uno)).messages.length, 1);
  assert.match(await submit(server, uno, 'uno@virtual.test', 'From: uno@virtual.test\r\n\r\nhola\r\n'), /^250 /);
  using talk = await openSmtp(server, 'smtp');
  await talk.say('MAIL FROM:<ana@example.org>');
  assert.match(await talk.say('RCPT TO:<dos@virtual.test>'), /^550 5\.1\.1 .*virtual mailbox table/);
});
