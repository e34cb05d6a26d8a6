// Debian's packages that the benchmark measures against, installed when missing and never started as services.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PACKAGES = ['postfix', 'dovecot-imapd', 'dovecot-lmtpd', 'openssl'];

export function installPeers(): void {
  if (process.getuid?.() !== 0) throw new Error('the benchmark sets up Postfix and Dovecot, and needs root for that');
  if (existsSync('/usr/sbin/postfix') && existsSync('/usr/sbin/dovecot')) return;
  console.error(`installing ${PACKAGES.join(', ')} …`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const result = spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...PACKAGES], { env: environment });
  if (result.status !== 0) throw new Error(`apt-get: ${result.stderr}`);
}
