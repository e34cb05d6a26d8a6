// Debian's Dovecot as a private peer: own folder, own ports, Maildir or mdbox, its own defaults for fsync.

import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureMailUser, MAIL_UID } from './mail-user.ts';
import type { ImapPeer } from './peer.ts';
import { countMaildirFiles, pause, runProgram } from './program.ts';

const IMAPS_PORT = 14_993;
const LMTP_PORT = 14_024;
const PASSWORD = 'test';

type Format = 'maildir' | 'mdbox';

export interface DovecotPeer extends ImapPeer {
  readonly lmtpPort: number;
  /** Of a Dovecot on Maildir. */
  countDelivered(): Promise<number>;
}

export async function startDovecot(folder: string, format: Format): Promise<DovecotPeer> {
  ensureMailUser();
  const mail = join(folder, 'mail');
  for (const path of [folder, mail, join(folder, 'run')]) mkdirSync(path, { recursive: true });
  chmodSync(folder, 0o755);
  runProgram('chown', `${MAIL_UID}:${MAIL_UID}`, mail);
  makeCertificate(folder);
  const file = join(folder, 'dovecot.conf');
  writeFileSync(file, settings(folder, mail, format));
  const log = join(folder, 'dovecot.log');
  rmSync(log, { force: true });
  const child = spawn('/usr/sbin/dovecot', ['-F', '-c', file], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  for (let tries = 0; !(existsSync(log) && readFileSync(log, 'utf8').includes('starting up')); tries++) {
    if (tries > 100 || child.exitCode !== null) throw new Error(`dovecot did not start; see ${log}`);
    await pause(50);
  }
  return {
    name: `Dovecot (${format})`,
    version: runProgram('/usr/sbin/dovecot', '--version').trim(),
    rootPids: [child.pid ?? 0],
    folder,
    lmtpPort: LMTP_PORT,
    imaps: { port: IMAPS_PORT, user: 'bench', password: PASSWORD },
    countDelivered: async () => countMaildirFiles(mail),
    forgetCaches: () => forgetCaches(mail, format),
    describeSettings: () => runProgram('/usr/bin/doveconf', '-n', '-c', file),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The indexes are mdbox's only record of flags, and stay; its cache files go. */
function forgetCaches(mail: string, format: Format): void {
  const cache = format === 'maildir' ? /^dovecot\.(?:index|list\.index)/ : /^dovecot\.index\.cache$/;
  for (const entry of readdirSync(mail, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && cache.test(entry.name)) rmSync(join(entry.parentPath, entry.name));
  }
}

function makeCertificate(folder: string): void {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  runProgram('openssl', 'req', '-x509', ...curve, '-nodes', ...files, '-days', '30', '-subj', '/CN=localhost');
}

/** Tuned for many clients, not detuned; `mail_fsync` stays at its default, which is durable for LMTP and APPEND. */
function settings(folder: string, mail: string, format: Format): string {
  return `base_dir = ${folder}/run
state_dir = ${folder}/run
log_path = ${folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
disable_plaintext_auth = no
auth_cache_size = 10M
mail_location = ${format}:~/mail
mail_max_userip_connections = 20000
default_client_limit = 20000
default_process_limit = 8000
default_vsz_limit = 2G
first_valid_uid = 1
passdb {
  driver = static
  args = password=${PASSWORD}
}
userdb {
  driver = static
  args = uid=${MAIL_UID} gid=${MAIL_UID} home=${mail}/%n allow_all_users=yes
}
service imap-login {
  service_count = 0
  process_min_avail = 2
  client_limit = 10000
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = ${IMAPS_PORT}
    ssl = yes
  }
}
service imap {
  process_min_avail = 4
  process_limit = 8000
  service_count = 100
}
service lmtp {
  process_limit = 60
  process_min_avail = 4
  inet_listener lmtp {
    port = ${LMTP_PORT}
  }
}
`;
}
