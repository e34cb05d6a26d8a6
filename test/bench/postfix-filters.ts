// What Debian has to judge strangers behind Postfix: OpenDKIM and OpenDMARC as milters, policyd-spf as a policy service, two
// block lists in Postfix itself. Each with its own configuration, and no limit that would hold it back.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { SmtpPeer } from './peer.ts';
import { startPostfix } from './postfix-peer.ts';
import { pause, runProgram } from './program.ts';
import { BLOCK_LISTS } from './stranger-letter.ts';

const OPENDKIM_PORT = 14_891;
const OPENDMARC_PORT = 14_893;
const HOST_NAME = 'mx.bench.test';
const START_MS = 15_000;

export const JUDGING_POSTFIX = 'Postfix + OpenDKIM + OpenDMARC + policyd-spf';

export async function startJudgingPostfix(folder: string): Promise<SmtpPeer> {
  runProgram('mkdir', '-p', folder);
  const filters = [
    start('/usr/sbin/opendkim', ['-f', '-x', write(folder, 'opendkim.conf', OPENDKIM_CONF)]),
    start('/usr/sbin/opendmarc', ['-f', '-c', write(folder, 'opendmarc.conf', OPENDMARC_CONF)]),
  ];
  try {
    await Promise.all([untilListening(OPENDKIM_PORT), untilListening(OPENDMARC_PORT)]);
    const policy = write(folder, 'policyd-spf.conf', POLICYD_SPF_CONF);
    const postfix = await startPostfix(
      join(folder, 'postfix'),
      { kind: 'maildir' },
      {
        mainCf: MAIN_CF,
        masterCf: `policyd-spf unix - n n - 0 spawn user=policyd-spf argv=/usr/bin/policyd-spf ${policy}\n`,
      },
    );
    return {
      ...postfix,
      name: JUDGING_POSTFIX,
      rootPids: [...postfix.rootPids, ...filters.map(({ pid = 0 }) => pid)],
      describeSettings: () =>
        [
          postfix.describeSettings(),
          '# opendkim.conf',
          OPENDKIM_CONF,
          '# opendmarc.conf',
          OPENDMARC_CONF,
          '# policyd-spf.conf',
          POLICYD_SPF_CONF,
        ].join('\n'),
      async stop() {
        await postfix.stop();
        await Promise.all(filters.map(end));
      },
    };
  } catch (error) {
    await Promise.all(filters.map(end));
    throw error;
  }
}

function start(program: string, words: readonly string[]): ChildProcess {
  return spawn(program, words, { stdio: ['ignore', 'ignore', 'inherit'] });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function write(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function untilListening(port: number): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += 100) {
    const socket = connect({ port, host: '127.0.0.1' });
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    if (waitedMs > START_MS) throw new Error(`nobody listens on ${port}`);
    await pause(100);
  }
}

const MAIN_CF = `mynetworks = 192.0.2.0/24
smtpd_milters = inet:127.0.0.1:${OPENDKIM_PORT}, inet:127.0.0.1:${OPENDMARC_PORT}
milter_default_action = tempfail
policyd-spf_time_limit = 3600
smtpd_recipient_restrictions = reject_unauth_destination, check_policy_service unix:private/policyd-spf,
  ${BLOCK_LISTS.map((list) => `reject_rbl_client ${list}`).join(', ')}
`;

const OPENDKIM_CONF = `Socket inet:${OPENDKIM_PORT}@127.0.0.1
Mode v
AuthservID ${HOST_NAME}
InternalHosts 192.0.2.0/24
Nameservers 127.0.0.1
Syslog no
UserID opendkim
`;

const OPENDMARC_CONF = `Socket inet:${OPENDMARC_PORT}@127.0.0.1
AuthservID ${HOST_NAME}
TrustedAuthservIDs ${HOST_NAME}
RejectFailures true
PublicSuffixList /usr/share/publicsuffix/public_suffix_list.dat
Syslog no
UserID opendmarc
`;

const POLICYD_SPF_CONF = `debugLevel = 0
TestOnly = 1
HELO_reject = Fail
Mail_From_reject = Fail
PermError_reject = False
TempError_Defer = False
skip_addresses = 192.0.2.0/24
`;
