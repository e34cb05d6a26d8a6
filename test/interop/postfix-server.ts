// Debian's Postfix as a program of our tests: its own configuration, spool and port; /etc/postfix is left alone.

import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../world/until.ts';
import {
  makePlace,
  OTHER_DOMAIN,
  OTHER_USER,
  OTHER_USER_UTF8,
  type OtherMta,
  type OtherMtaPlace,
  readMaildir,
} from './other-mta.ts';
import { runProgram } from './real-program.ts';

/** Of no user: only virtual(8) writes as it. */
const MAIL_UID = 5_000;
/** Of no other program's business: all but these are private. */
const PUBLIC = ['pickup', 'cleanup', 'qmgr', 'flush', 'showq', 'postlog'];
/** Name, type, when it wakes up, how many at most, and the program where it bears another name. */
const SERVICES = [
  'pickup unix 60 1',
  'cleanup unix - 0',
  'qmgr unix 300 1',
  'tlsmgr unix 1000? 1',
  'rewrite unix - - trivial-rewrite',
  'bounce unix - 0',
  'defer unix - 0 bounce',
  'trace unix - 0 bounce',
  'verify unix - 1',
  'flush unix 1000? 0',
  'proxymap unix - -',
  'smtp unix - -',
  'showq unix - -',
  'error unix - -',
  'retry unix - - error',
  'virtual unix - -',
  'anvil unix - 1',
  'scache unix - 1',
  'postlog unix-dgram - 1 postlogd',
];

/** Mail for other domains than its own goes to `ourPort`. */
export async function startPostfix(port: number, ourPort: number, ...settings: string[]): Promise<OtherMta> {
  const place = await makePlace('postfix');
  const { folder } = place;
  const etc = join(folder, 'etc');
  const mail = join(folder, 'mail');
  configure(place, port, [...settings, `relayhost = [127.0.0.1]:${ourPort}`]);
  const postfix = (command: string) => runProgram('/usr/sbin/postfix', ['-c', etc, command]);
  const started = await postfix('start');
  const log = () => (existsSync(join(folder, 'maillog')) ? readFileSync(join(folder, 'maillog'), 'utf8') : '');
  if (started.code !== 0) throw new Error(`postfix: ${started.errors}${log()}`);
  const pidFile = join(folder, 'spool/pid/master.pid');
  const pid = await until('a running Postfix', () => existsSync(pidFile) && Number(readFileSync(pidFile, 'utf8')));
  return {
    port,
    log,
    mail: () => readMaildir(join(mail, 'ana')),
    isIdle: async () => /queue is empty/.test((await runProgram('/usr/sbin/postqueue', ['-c', etc, '-p'])).output),
    async [Symbol.asyncDispose]() {
      await postfix('stop');
      await until('the end of Postfix', () => !existsSync(`/proc/${pid}`));
      place[Symbol.dispose]();
    },
  };
}

function configure({ folder, certificateFile, keyFile }: OtherMtaPlace, port: number, settings: string[]): void {
  const etc = join(folder, 'etc');
  for (const name of ['etc', 'mail', 'spool', 'data']) mkdirSync(join(folder, name));
  chmodSync(folder, 0o755);
  chownSync(join(folder, 'mail'), MAIL_UID, MAIL_UID);
  const [uid] = readFileSync('/etc/passwd', 'utf8').match(/(?<=^postfix:x:)\d+/m) ?? [];
  chownSync(join(folder, 'data'), Number(uid), 0);
  for (const name of readdirSync('/etc/postfix')) {
    if (/^(?:postfix-files|dynamicmaps|post-install|postfix-script)/.test(name)) {
      cpSync(join('/etc/postfix', name), join(etc, name), { recursive: true });
    }
  }
  const lines = [
    'compatibility_level = 3.6',
    `queue_directory = ${folder}/spool`,
    `data_directory = ${folder}/data`,
    `maillog_file = ${folder}/maillog`,
    'maillog_file_prefixes = /',
    `myhostname = mx.${OTHER_DOMAIN}`,
    'mydestination =',
    'local_recipient_maps =',
    'alias_maps =',
    'inet_interfaces = 127.0.0.1',
    'mynetworks = 127.0.0.0/8',
    'message_size_limit = 60000000',
    'virtual_mailbox_limit = 0',
    `virtual_mailbox_domains = ${OTHER_DOMAIN}`,
    `virtual_mailbox_base = ${folder}/mail`,
    `virtual_mailbox_maps = inline:{${OTHER_USER}=ana/, ${OTHER_USER_UTF8}=ana/}`,
    `virtual_uid_maps = static:${MAIL_UID}`,
    `virtual_gid_maps = static:${MAIL_UID}`,
    `smtpd_tls_cert_file = ${certificateFile}`,
    `smtpd_tls_key_file = ${keyFile}`,
    'smtpd_tls_security_level = may',
    'smtpd_tls_received_header = yes',
    'smtp_tls_security_level = encrypt',
    'smtp_tls_loglevel = 1',
    ...settings,
  ];
  writeFileSync(join(etc, 'main.cf'), `${lines.join('\n')}\n`);
  const services = SERVICES.map((line) => {
    const [name = '', type = '', wakeup = '', most = '', program = name] = line.split(' ');
    const unprivileged = name === 'virtual' ? 'n' : '-';
    return `${name} ${type} ${PUBLIC.includes(name) ? 'n' : '-'} ${unprivileged} n ${wakeup} ${most} ${program}`;
  });
  writeFileSync(join(etc, 'master.cf'), `127.0.0.1:${port} inet n - n - - smtpd\n${services.join('\n')}\n`);
}
