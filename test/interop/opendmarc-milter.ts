// Debian's OpenDMARC as a milter. It asks the name server of /etc/resolv.conf, at port 53: it runs in a network and with a
// resolv.conf of its own, which only root can make, and is spoken to by a Unix socket, for which networks are no walls.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder, type RunningMilter, startMilter } from './milter-programs.ts';

const NAME_SERVER = join(import.meta.dirname, '../world/name-server-process.ts');

/** $1 the folder, $2 Node, $3 the name server, $4 OpenDMARC. */
const IN_OWN_NETWORK = `
ip link set lo up
mount --bind "$1/resolv.conf" /etc/resolv.conf
"$2" "$3" "$1/records" "$1/ready" & names=$!
for i in $(seq 600); do [ -e "$1/ready" ] && break; sleep 0.1; done
"$4" -f -c "$1/opendmarc.conf" & milter=$!
trap 'kill $milter $names; wait' TERM
wait $milter
`;

/** Refuses what fails and whose domain says `p=reject`; it believes what `authservId` has found out. `records`: of the DNS. */
export async function startOpenDmarc(authservId: string, records: readonly string[]): Promise<RunningMilter> {
  const folder = newFolder('opendmarc');
  const socket = join(folder, 'sock');
  writeFileSync(join(folder, 'resolv.conf'), 'nameserver 127.0.0.1\n');
  writeFileSync(join(folder, 'records'), records.map((record) => `${record}\n`).join(''));
  const lines = [
    `Socket local:${socket}`,
    ...[`AuthservID ${authservId}`, `TrustedAuthservIDs ${authservId}`],
    ...['RejectFailures true', 'Syslog false', 'UMask 0000', 'IgnoreAuthenticatedClients true'],
    `IgnoreHosts ${folder}/ignored`,
  ];
  writeFileSync(join(folder, 'ignored'), '192.0.2.99\n');
  writeFileSync(join(folder, 'opendmarc.conf'), `${lines.join('\n')}\n`);
  const words = [folder, process.execPath, NAME_SERVER, '/usr/sbin/opendmarc'];
  return await startMilter(folder, socket, ['unshare', '--net', '--mount', 'sh', '-c', IN_OWN_NETWORK, 'sh', ...words]);
}
