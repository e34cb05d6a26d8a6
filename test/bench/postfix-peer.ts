// Debian's Postfix as a private peer: its own configuration, spool and ports; /etc/postfix is left alone. Its virtual(8)
// delivers to Maildir, its lmtp(8) hands over to Dovecot, or its smtp(8) relays. Throughput is tuned, fsync untouched.

import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DovecotPeer } from './dovecot-peer.ts';
import { ensureMailUser, MAIL_UID } from './mail-user.ts';
import type { SmtpPeer } from './peer.ts';
import { countMaildirFiles, pause, runProgram } from './program.ts';
import type { RelaySink } from './relay-sink.ts';

const SMTP_PORT = 14_025;
const BOXES = 100;

/** Where mail goes: a Maildir of Postfix's own, a Dovecot that takes LMTP and that this Postfix stops with itself, or a sink. */
export type Delivery =
  | { readonly kind: 'maildir' }
  | { readonly kind: 'lmtp'; readonly dovecot: DovecotPeer }
  | { readonly kind: 'relay'; readonly sink: RelaySink };

/** Lines for the end of its configuration. */
export interface Additions {
  readonly mainCf: string;
  readonly masterCf: string;
}

const NOTHING: Additions = { mainCf: '', masterCf: '' };

export async function startPostfix(folder: string, delivery: Delivery, additions = NOTHING): Promise<SmtpPeer> {
  const etc = join(folder, 'etc');
  const mail = join(folder, 'mail');
  configure(folder, etc, mail, delivery, additions);
  runProgram('/usr/sbin/postfix', '-c', etc, 'start');
  const pid = await masterPid(join(folder, 'spool/pid/master.pid'));
  const postfix = {
    version: runProgram('/usr/sbin/postconf', '-dh', 'mail_version').trim(),
    folder,
    smtpPort: SMTP_PORT,
    describeSettings: () => runProgram('/usr/sbin/postconf', '-n', '-c', etc),
    async stop() {
      runProgram('/usr/sbin/postfix', '-c', etc, 'stop');
      for (let tries = 0; existsSync(`/proc/${pid}`) && tries < 200; tries++) await pause(50);
    },
  };
  if (delivery.kind !== 'lmtp') {
    const countDelivered = async () => (delivery.kind === 'relay' ? delivery.sink.messages() : countMaildirFiles(mail));
    return { ...postfix, name: 'Postfix', rootPids: [pid], countDelivered };
  }
  const { dovecot } = delivery;
  return {
    ...postfix,
    name: 'Postfix + Dovecot LMTP',
    rootPids: [pid, ...dovecot.rootPids],
    countDelivered: dovecot.countDelivered,
    async stop() {
      await postfix.stop();
      await dovecot.stop();
    },
  };
}

function configure(folder: string, etc: string, mail: string, delivery: Delivery, additions: Additions): void {
  ensureMailUser();
  for (const path of [etc, mail, join(folder, 'spool'), join(folder, 'data')]) mkdirSync(path, { recursive: true });
  chmodSync(folder, 0o755);
  runProgram('chown', `${MAIL_UID}:${MAIL_UID}`, mail);
  runProgram('chown', 'postfix', join(folder, 'data'));
  for (const name of readdirSync('/etc/postfix')) {
    if (/^(?:postfix-files|dynamicmaps|post-install|postfix-script)/.test(name)) {
      cpSync(join('/etc/postfix', name), join(etc, name), { recursive: true });
    }
  }
  writeFileSync(join(etc, 'main.cf'), mainCf(folder) + deliveryCf(folder, mail, delivery) + additions.mainCf);
  writeFileSync(join(etc, 'master.cf'), MASTER_CF + additions.masterCf);
  const boxes = Array.from({ length: BOXES }, (_, i) => `u${String(i).padStart(2, '0')}`);
  writeFileSync(join(etc, 'vmaps'), boxes.map((box) => `${box}@bench.test ${box}/\n`).join(''));
  runProgram('/usr/sbin/postmap', '-c', etc, `hash:${etc}/vmaps`);
}

async function masterPid(file: string): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    if (existsSync(file)) {
      const pid = Number(readFileSync(file, 'latin1').trim());
      if (pid > 0 && existsSync(`/proc/${pid}`)) return pid;
    }
    await pause(50);
  }
  throw new Error(`postfix did not start: no ${file}`);
}

function mainCf(folder: string): string {
  return `compatibility_level = 3.6
queue_directory = ${folder}/spool
data_directory = ${folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = ${folder}/maillog
maillog_file_prefixes = /
myhostname = mx.bench.test
mydestination =
local_recipient_maps =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
in_flow_delay = 0
default_process_limit = 150
qmgr_message_active_limit = 20000
qmgr_message_recipient_limit = 20000
default_destination_concurrency_limit = 50
initial_destination_concurrency = 20
smtpd_client_connection_count_limit = 0
smtpd_client_event_limit_exceptions = static:all
smtpd_recipient_restrictions = permit_mynetworks, reject
message_size_limit = 60000000
`;
}

function deliveryCf(folder: string, mail: string, delivery: Delivery): string {
  if (delivery.kind === 'relay') return `relayhost = [127.0.0.1]:${delivery.sink.port}\n`;
  const transport = delivery.kind === 'maildir' ? 'virtual:' : `lmtp:[127.0.0.1]:${delivery.dovecot.lmtpPort}`;
  return `virtual_mailbox_limit = 0
virtual_mailbox_domains = bench.test
virtual_mailbox_base = ${mail}
virtual_mailbox_maps = hash:${folder}/etc/vmaps
virtual_uid_maps = static:${MAIL_UID}
virtual_gid_maps = static:${MAIL_UID}
virtual_minimum_uid = 100
virtual_transport = ${transport}
`;
}

const MASTER_CF = `127.0.0.1:${SMTP_PORT} inet n - n - 150 smtpd
pickup    unix  n       -       n       60      1       pickup
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
tlsmgr    unix  -       -       n       1000?   1       tlsmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
verify    unix  -       -       n       -       1       verify
flush     unix  n       -       n       1000?   0       flush
proxymap  unix  -       -       n       -       -       proxymap
proxywrite unix -       -       n       -       1       proxymap
smtp      unix  -       -       n       -       50      smtp
relay     unix  -       -       n       -       50      smtp
showq     unix  n       -       n       -       -       showq
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
discard   unix  -       -       n       -       -       discard
local     unix  -       n       n       -       -       local
virtual   unix  -       n       n       -       50      virtual
lmtp      unix  -       -       n       -       50      lmtp
anvil     unix  -       -       n       -       1       anvil
scache    unix  -       -       n       -       1       scache
postlog   unix-dgram n  -       n       -       1       postlogd
`;
