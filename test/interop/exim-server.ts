// Debian's Exim as a program of our tests. It cannot be installed beside Postfix: its package is unpacked.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shareUsers } from '../world/shared-users.ts';
import { until } from '../world/until.ts';
import { answersAt, makePlace, OTHER_DOMAIN, type OtherMta, type OtherMtaPlace, readMaildir } from './other-mta.ts';
import { runProgram } from './real-program.ts';

/** What Debian builds it for: it trusts no other. */
const USER = 'Debian-exim';

/** Mail for other domains than its own goes to `ourPort`. `root`: where its package lies. */
export async function startExim(root: string, port: number, ourPort: number): Promise<OtherMta> {
  const program = join(root, 'usr/sbin/exim4');
  await using begun = new AsyncDisposableStack();
  begun.use(await shareUsers([USER]));
  const place = begun.use(await makePlace('exim'));
  const { folder } = place;
  chmodSync(folder, 0o755);
  for (const name of ['spool', 'log', 'mail']) mkdirSync(join(folder, name));
  spawnSync('chown', ['-R', USER, folder]);
  const config = join(folder, 'exim.conf');
  writeFileSync(config, configuration(place, { program, port, ourPort }));
  const child = spawn(program, ['-C', config, '-bdf', '-q2s'], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  begun.defer(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  await until('a running Exim', () => child.exitCode !== null || answersAt(port));
  const everything = begun.move();
  return {
    port,
    log: () => readFileSync(join(folder, 'log/mainlog'), 'utf8'),
    mail: () => readMaildir(join(folder, 'mail/ana')),
    isIdle: async () => (await runProgram(program, ['-C', config, '-bpc'])).output.trim() === '0',
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  };
}

interface EximPlaces {
  readonly program: string;
  readonly port: number;
  readonly ourPort: number;
}

function configuration({ folder, certificateFile, keyFile }: OtherMtaPlace, places: EximPlaces): string {
  const { program, port, ourPort } = places;
  return `exim_path = ${program}
primary_hostname = mx.${OTHER_DOMAIN}
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%slog
pid_file_path = ${folder}/exim.pid
daemon_smtp_ports = ${port}
local_interfaces = 127.0.0.1
host_lookup =
rfc1413_query_timeout = 0s
keep_environment =
message_size_limit = 60M
accept_8bitmime = yes
smtputf8_advertise_hosts = *
dsn_advertise_hosts = *
tls_advertise_hosts = *
tls_certificate = ${certificateFile}
tls_privatekey = ${keyFile}
never_users =
acl_smtp_rcpt = check_rcpt
acl_smtp_data = accept
begin acl
check_rcpt:
  deny  message = No such user
        domains = ${OTHER_DOMAIN}
        local_parts = ! ana : ! josé
  accept
begin routers
own:
  driver = accept
  domains = ${OTHER_DOMAIN}
  transport = maildir
others:
  driver = manualroute
  domains = ! ${OTHER_DOMAIN}
  route_list = * 127.0.0.1::${ourPort} byname
  self = send
  transport = smtp
begin transports
maildir:
  driver = appendfile
  maildir_format
  directory = ${folder}/mail/ana
  create_directory
  delivery_date_add
  envelope_to_add
  return_path_add
  user = ${USER}
  group = ${USER}
smtp:
  driver = smtp
  hosts_require_tls = *
  tls_verify_certificates =
  tls_try_verify_hosts =
  allow_localhost
begin retry
* * F,1h,2s
`;
}
