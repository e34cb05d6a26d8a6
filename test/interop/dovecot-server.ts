// Debian's Dovecot as a program of our tests: a private instance on one Maildir tree, on ports of the system's choice.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../world/free-port.ts';
import { shareUsers } from '../world/shared-users.ts';
import { until } from '../world/until.ts';

/** Dovecot serves no mail as root. */
const MAIL_USER = 'valija-test';

export interface DovecotServer extends AsyncDisposable {
  readonly ports: { readonly imaps: number; readonly lmtp: number };
  /** Since the tree is written by two users where the tests run as root: what is there is Dovecot's from now on. */
  takeOver(): void;
  /** What it logged as wrong so far: a tree that it had to repair, a lock that it waited for. */
  complaints(): string[];
}

/** Any user with any password; every user's mail is the tree. */
export async function startDovecot(tree: string): Promise<DovecotServer> {
  await using opened = new AsyncDisposableStack();
  const { uid, username } = userInfo();
  if (uid === 0) opened.use(await shareUsers([MAIL_USER], '--shell', '/usr/sbin/nologin'));
  const user = uid === 0 ? MAIL_USER : username;
  const folder = mkdtempSync(join(tmpdir(), 'dovecot-'));
  // Its children may end a moment after it.
  opened.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 20 }));
  spawnSync('chmod', ['755', folder]);
  mkdirSync(join(folder, 'run'));
  const ports = { imaps: await freePort(), lmtp: await freePort() };
  makeCertificate(folder);
  const config = join(folder, 'dovecot.conf');
  writeFileSync(config, settings({ folder, tree, user, ports }));
  const child = spawn('/usr/sbin/dovecot', ['-F', '-c', config], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const log = join(folder, 'dovecot.log');
  const logged = () => (existsSync(log) ? readFileSync(log, 'utf8') : '');
  opened.defer(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  await until('a running Dovecot', () => {
    if (child.exitCode !== null) throw new Error(`dovecot: ${logged()}`);
    return logged().includes('starting up');
  });
  const everything = opened.move();
  return {
    ports,
    complaints: () => logged().match(/^.*(?:Error|Panic|Fatal|Warning): .*$/gm) ?? [],
    takeOver: () => void spawnSync('chown', ['-R', `${user}:`, tree]),
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  };
}

function makeCertificate(folder: string): void {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  spawnSync('openssl', ['req', '-x509', ...curve, '-nodes', ...files, '-days', '30', '-subj', '/CN=localhost']);
}

interface Settings {
  readonly folder: string;
  readonly tree: string;
  readonly user: string;
  readonly ports: DovecotServer['ports'];
}

/** Of any Dovecot of ours: everything in one folder, as one user, on loopback, with the certificate that lies there. */
export function placeSettings(folder: string, user: string): string {
  return `base_dir = ${folder}/run
state_dir = ${folder}/run
log_path = ${folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
default_internal_user = ${user}
default_login_user = ${user}
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
`;
}

function settings({ folder, tree, user, ports }: Settings): string {
  return `${placeSettings(folder, user)}mail_location = maildir:${tree}
mail_uid = ${user}
mail_gid = ${user}
first_valid_uid = 1
passdb {
  driver = static
  args = nopassword=y
}
userdb {
  driver = static
  args = uid=${user} gid=${user} home=${tree} allow_all_users=yes
}
service imap-login {
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = ${ports.imaps}
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${ports.lmtp}
  }
}
namespace inbox {
  inbox = yes
  separator = /
}
`;
}
