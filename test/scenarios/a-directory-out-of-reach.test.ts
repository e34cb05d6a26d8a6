// The accounts of a domain live in LDAP and in a database, and both are away: senders and users are told «later», and nobody
// else is touched.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openImap } from '../world/imap-talk.ts';
import { openMaildrop, readMailbox } from '../world/mail-reader.ts';
import { PASSWORD, type RunningServer, startServer, USER1 } from '../world/running-server.ts';
import { deliver, openSmtp } from '../world/smtp-talk.ts';
import { valija } from '../world/valija-command.ts';

/** Nobody listens there. */
const SETTINGS = `
[[directory]]
type = "ldap"
name = "people"
domains = ["ldap.test"]
uris = ["ldap://127.0.0.1:1"]
base = "dc=ldap,dc=test"
user_filter = "(mail=%u)"

[[directory]]
type = "sql"
name = "customers"
domains = ["sql.test"]
driver = "pgsql"
hosts = ["127.0.0.1:1"]
dbname = "mail"
user_query = "SELECT email AS user FROM users WHERE email = '%u'"

[[directory]]
type = "sql"
name = "shop"
domains = ["shop.test"]
driver = "mysql"
hosts = ["127.0.0.1:1"]
dbname = "mail"
user_query = "SELECT email AS user FROM users WHERE email = '%u'"
`;

let server: RunningServer;
before(async () => {
  server = await startServer({ settings: SETTINGS });
});
after(() => server[Symbol.asyncDispose]());

for (const domain of ['ldap.test', 'sql.test', 'shop.test']) {
  const ana = { address: `ana@${domain}`, password: 'secreto de ana' };

  test(`mail to ${domain} is asked to come later`, async () => {
    using talk = await openSmtp(server, 'smtp');
    await talk.say('MAIL FROM:<alguien@example.org>');
    assert.match(await talk.say(`RCPT TO:<${ana.address}>`), /^451 4\.3\.0 /);
  });

  test(`logins of ${domain} are told later, never «wrong password»`, async () => {
    await assert.rejects(openSmtp(server, 'submissions', ana), /454 4\.7\.0 /);
    await assert.rejects(openMaildrop(server, ana), /-ERR \[SYS\/TEMP\]/);
    using imap = await openImap(server);
    assert.match(await imap.say(`LOGIN ${ana.address} "${ana.password}"`), /NO \[UNAVAILABLE\]/);
  });
}

test('who is not there goes on as before', async () => {
  assert.match(await deliver(server, USER1, 'Subject: hola\r\n\r\nhola\r\n'), /^250 /);
  assert.equal((await readMailbox(server, { address: USER1, password: PASSWORD })).messages.length, 1);
});

test('an administrator hears which one is away', async () => {
  const listed = await valija(server, 'account', 'list');
  assert.match(listed.output, /^\*@ldap\.test .* unusable +people/m);
  assert.match(listed.output, /^\*@sql\.test .* unusable +customers +its settings do not say whom it has/m);
  const shown = await valija(server, 'account', 'show', 'ana@ldap.test');
  assert.match(shown.errors, /directory people: ldap:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/);
});
