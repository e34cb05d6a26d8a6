// Debian's packages that the benchmark measures against, installed when missing. No service may start because it was
// installed: the benchmark starts its own, on its own ports.

import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

const PACKAGES = ['postfix', 'dovecot-imapd', 'dovecot-lmtpd', 'openssl'];
const POLICY = '/usr/sbin/policy-rc.d';

/** What judges strangers behind Postfix. */
export const FILTERS = ['opendkim', 'opendmarc', 'postfix-policyd-spf-python', 'publicsuffix'];

export function installPeers(more: readonly string[] = []): void {
  if (process.getuid?.() !== 0) throw new Error('the benchmark sets up Postfix and Dovecot, and needs root for that');
  const missing = [...PACKAGES, ...more].filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  console.error(`installing ${missing.join(', ')} …`);
  const hasPolicy = existsSync(POLICY);
  if (!hasPolicy) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    aptGet('update');
    aptGet('install', '-y', '--no-install-recommends', ...missing);
  } finally {
    if (!hasPolicy) rmSync(POLICY);
  }
}

function isInstalled(name: string): boolean {
  const { stdout } = spawnSync('dpkg', ['-s', name], { encoding: 'utf8' });
  return stdout.includes('\nStatus: install ok installed\n');
}

function aptGet(...args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const result = spawnSync('apt-get', args, { env, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`apt-get ${args.join(' ')}: ${result.stderr}`);
}
