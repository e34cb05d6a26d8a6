// Debian's OpenSMTPD as a program of our tests. It cannot be installed beside Postfix, and its places are compiled in: its package
// is unpacked, and it sees them in a mount namespace of its own. As built for Debian 12 it finds no private key of its own for TLS
// (`missing private key`, of OpenSSL 3): it offers no STARTTLS, and uses that of others.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shareUsers } from '../world/shared-users.ts';
import { until } from '../world/until.ts';
import { answersAt, makePlace, OTHER_DOMAIN, type OtherMta, type OtherMtaPlace, readMaildir } from './other-mta.ts';
import { runProgram } from './real-program.ts';

/** What it is compiled for. */
const USERS = ['opensmtpd', 'opensmtpq'];
/** Who writes the mailbox of its one user. */
const NOBODY = 65_534;

/** Within the namespace: empty folders where it keeps things, and its own programs. */
const ENTER = `set -e
for place in /run /var/spool /var/lib; do mount -t tmpfs tmpfs $place; done
mkdir -p -m 711 /var/spool/smtpd /var/lib/opensmtpd /var/lib/opensmtpd/empty
mount --bind "$1/usr/libexec" /usr/libexec
exec "$1/usr/sbin/smtpd" -d -f "$2"`;

/** Mail for other domains than its own goes to `ourPort`. `root`: where its package lies. */
export async function startOpenSmtpd(root: string, port: number, ourPort: number): Promise<OtherMta> {
  await using begun = new AsyncDisposableStack();
  begun.use(await shareUsers(USERS));
  const place = begun.use(await makePlace('opensmtpd'));
  const { folder } = place;
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'mail'));
  chownSync(join(folder, 'mail'), NOBODY, NOBODY);
  const config = join(folder, 'smtpd.conf');
  writeFileSync(config, configuration(place, port, ourPort));
  const child = spawn('unshare', ['-m', 'sh', '-c', ENTER, 'sh', root, config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  begun.defer(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  await until('a running OpenSMTPD', () => {
    if (child.exitCode !== null) throw new Error(`smtpd: ${log}`);
    return answersAt(port);
  });
  const inside = ['-t', String(child.pid), '-m', join(root, 'usr/sbin/smtpctl')];
  const everything = begun.move();
  return {
    port,
    log: () => log,
    mail: () => readMaildir(join(folder, 'mail/ana')),
    isIdle: async () => (await runProgram('nsenter', [...inside, 'show', 'queue'])).output === '',
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  };
}

function configuration({ folder }: OtherMtaPlace, port: number, ourPort: number): string {
  return `table people { "ana" = "${NOBODY}:${NOBODY}:${folder}" }
smtp max-message-size "60M"
listen on 127.0.0.1 port ${port} hostname mx.${OTHER_DOMAIN}
action "own" maildir "${folder}/mail/ana" userbase <people>
action "others" relay host "smtp://127.0.0.1:${ourPort}" helo mx.${OTHER_DOMAIN}
match from any for domain "${OTHER_DOMAIN}" action "own"
match from any for any action "others"
`;
}
