// State and virtual mail belong to a user that the settings name, as many servers have it (vmail). Runs as root only.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { chmodSync, chownSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { lookAtPort } from '#cli/tls/look-at-port.ts';
import { makeSelfSigned } from '#platform/tls/self-signed.ts';
import { addUser } from '../world/machine-user.ts';
import { findChild, processStatus } from '../world/process-table.ts';
import { idsOf, type RootServer, startRootServer } from '../world/root-server.ts';
import { openSmtpAt } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';

const OWNER = 'valija-vmail';
const SETTINGS = `myhostname = "mail.valija.test"
mail_owner = "${OWNER}"
virtual_mailbox_domains = ["example.com"]
virtual_mailbox_maps = ["inline:{info@example.com=example.com/info/, ventas@example.com=example.com/ventas}"]`;

describe('mail_owner', { skip: process.getuid?.() === 0 ? false : 'needs root' }, () => {
  const opened = new AsyncDisposableStack();
  let made: Awaited<ReturnType<typeof makeSelfSigned>>;
  let server: RootServer;
  before(async () => {
    opened.use(await addUser(OWNER));
    made = await makeSelfSigned('mail.valija.test', Date.now() - 60_000, Date.now() + 864e5);
    server = opened.use(await startRootServer(withKey, { owner: OWNER, configMode: 0o640 }));
  });
  after(() => opened.disposeAsync());

  /** One that `valija` can read, and the owner cannot. */
  const withKey = (folder: string) => {
    const file = join(folder, 'key.pem');
    writeFileSync(file, `${made.certificate}${made.secretKey}`);
    chownSync(file, 0, idsOf('valija')[1] ?? 0);
    chmodSync(file, 0o640);
    return `${SETTINGS}\nsmtpd_tls_cert_file = "${file}"\nsmtpd_tls_key_file = "${file}"\n`;
  };
  const ids = () => idsOf(OWNER);
  const below = (...names: string[]) => join(server.folder, 'state/vhosts', ...names);

  const workers = () => [...server.log().matchAll(/ valija\[(\d+)\]: daemon started/g)].map(([, pid]) => Number(pid));
  const supervisor = () => Number(processStatus(workers().at(-1) ?? 0).PPid);

  test('[C67] a mailbox is made, and mail filed, as that user and its group; a home is 750', async () => {
    for (const name of ['info', 'ventas']) {
      using talk = await openSmtpAt(server.port);
      await talk.say('EHLO client.example');
      const answer = await talk.bring('ana@example.org', [`${name}@example.com`], 'Subject: hola\r\n\r\nhola\r\n');
      assert.match(answer, /^250 /);
    }
    const folder = below('example.com/info/new');
    await until('the file', () => existsSync(folder) && readdirSync(folder).length === 1);
    await until('the mbox', () => existsSync(below('example.com/ventas')));
    assert.equal(statSync(below('example.com/info')).mode & 0o777, 0o750);
    const found = execFileSync('find', [below(), '-printf', '%U:%G %p\n'], { encoding: 'utf8' }).trim().split('\n');
    assert.ok(found.length > 5);
    for (const line of found) assert.ok(line.startsWith(`${ids().join(':')} `), line);
  });

  test('[C67] the processes are that user’s, with no right of root’s; others keep their own', () => {
    const parent = supervisor();
    for (const program of ['worker/main.ts', 'outbound/main.ts', 'spool/main.ts']) {
      const { Uid, CapPrm } = processStatus(findChild(parent, program));
      assert.equal(Uid?.split('\t')[0], String(ids()[0]), program);
      assert.match(CapPrm ?? '', /^0+$/);
    }
    const other = processStatus(findChild(parent, 'authenticator/main.ts')).Uid?.split('\t')[0];
    assert.equal(other, String(idsOf('valija-auth')[0]));
  });

  test('[C67] the settings may be closed to all but root and the owner’s group; keys are judged by the owner’s eyes', async () => {
    assert.equal(statSync(server.configFile).mode & 0o777, 0o640);
    const look = { serverName: 'mail.valija.test', trusted: undefined };
    const view = await lookAtPort({ service: 'smtp', address: '127.0.0.1', port: server.port }, look);
    assert.ok(view.kind === 'seen', JSON.stringify(view));
    assert.equal(
      new X509Certificate(view.chain[0] ?? '').fingerprint256,
      new X509Certificate(made.certificate).fingerprint256,
    );
    chmodSync(server.configFile, 0o600);
    const before = server.log().length;
    process.kill(supervisor(), 'SIGHUP');
    await until('the settings again', () => /reloaded -- |not reloaded/.test(server.log().slice(before)));
    assert.doesNotMatch(server.log().slice(before), /not reloaded/);
  });

  test('[C67] so is a worker that replaces another; another owner waits for a restart', async () => {
    const [first = 0] = workers();
    const parent = supervisor();
    process.kill(first, 'SIGKILL');
    await until('another worker', () => workers().length === 2);
    assert.equal(processStatus(workers()[1] ?? 0).Uid?.split('\t')[0], String(ids()[0]));
    const former = readFileSync(server.configFile, 'utf8');
    writeFileSync(server.configFile, former.replace(`"${OWNER}"`, '"valija"'));
    process.kill(parent, 'SIGHUP');
    await until('the refusal', () => /not reloaded.*mail_owner: this changes at a restart only/.test(server.log()));
    writeFileSync(server.configFile, former);
  });
});

describe('mail_owner that cannot be', { skip: process.getuid?.() === 0 ? false : 'needs root' }, () => {
  for (const [name, told] of [
    ['root', /mail_owner is root: this system has no such user .* or it is root/],
    ['nadie-de-aqui', /mail_owner is nadie-de-aqui: this system has no such user/],
    ['nobody', /owner\.lock: it belongs to the user with uid \d+, and the server runs as nobody .*chown -R nobody: /],
  ] as const) {
    test(`[C67] ${name}: the server does not start, and says why`, async () => {
      await assert.rejects(
        startRootServer(() => SETTINGS.replace(`"${OWNER}"`, `"${name}"`)),
        told,
      );
    });
  }
});
