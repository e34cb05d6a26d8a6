// Debian's Dovecot as a server of mail that knows nobody: who logs in, who is there and where their mail lies, it asks at the
// auth sockets of somebody else.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../world/free-port.ts';
import { placeSettings } from './dovecot-server.ts';
import { makeFolder, type ServerProgram, startProgram } from './server-program.ts';

export interface DovecotMailServer extends ServerProgram {
  readonly imapPort: number;
  readonly lmtpPort: number;
  log(): string;
}

export interface AskedSockets {
  readonly client: string;
  readonly userdb: string;
}

/** Runs as root only. `user`: of its processes that serve no mail yet. */
export async function startDovecotMail(user: string, sockets: AskedSockets): Promise<DovecotMailServer> {
  const folder = makeFolder('dovecot-mail');
  const [imapPort, lmtpPort] = [await freePort(), await freePort()];
  mkdirSync(join(folder, 'run'));
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  spawnSync('openssl', ['req', '-x509', ...curve, '-nodes', ...files, '-days', '30', '-subj', '/CN=localhost']);
  const config = join(folder, 'dovecot.conf');
  writeFileSync(config, settings({ folder, user, imapPort, lmtpPort }, sockets));
  const log = join(folder, 'dovecot.log');
  const program = { file: '/usr/sbin/dovecot', args: ['-F', '-c', config], port: imapPort };
  const server = await startProgram(folder, program);
  return { ...server, imapPort, lmtpPort, log: () => (existsSync(log) ? readFileSync(log, 'utf8') : '') };
}

interface Place {
  readonly folder: string;
  readonly user: string;
  readonly imapPort: number;
  readonly lmtpPort: number;
}

/** Its login and mail processes take the sockets in place of those of its own auth process. */
function settings({ folder, user, imapPort, lmtpPort }: Place, { client, userdb }: AskedSockets): string {
  return `${placeSettings(folder, user)}first_valid_uid = 1
auth_socket_path = ${userdb}
passdb {
  driver = passwd-file
  args = /dev/null
}
service imap-login {
  executable = imap-login ${client}
  chroot =
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = ${imapPort}
    ssl = yes
  }
}
service imap {
  executable = imap -a ${userdb}
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${lmtpPort}
  }
}
namespace inbox {
  inbox = yes
  separator = /
}
`;
}
