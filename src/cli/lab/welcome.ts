// What a lab says when it runs: who is who, how to ask its name server, how to send and read a first message.

import type { LabConfig } from '#platform/config/lab-schema.ts';
import type { CommandContext } from '../command-context.ts';
import { formatTable } from '../output/table.ts';

export function formatWelcome({ say, paint }: CommandContext, lab: LabConfig, folder: string): string {
  const columns = [
    { title: say('lab.server') },
    { title: say('lab.address') },
    { title: say('lab.domains') },
    { title: say('lab.accounts') },
  ] as const;
  const rows = lab.server.map(({ myhostname, address, domains, accounts }) => [
    myhostname,
    address,
    domains.join(' '),
    accounts.join(' '),
  ]);
  const ports = Object.entries(lab.ports).map(([service, port]) => `${service} ${port}`);
  const { dns } = lab;
  return [
    '',
    paint('bold', say('lab.ready', { servers: lab.server.length, ports: ports.join(', ') })),
    formatTable(columns, rows),
    say('lab.password', { password: lab.password }),
    ...Object.entries(dns.faults).map(([name, fault]) => say('lab.fault', { name, fault })),
    '',
    paint('bold', say('lab.ask-dns')),
    `dig @${dns.address} -p ${dns.port} ${lab.server[0]?.domains[0] ?? lab.server[0]?.myhostname ?? '.'} MX`,
    ...firstMail(lab, say, paint),
    '',
    paint('bold', say('lab.next')),
    say('lab.next-lines', { folder }),
    '',
  ].join('\n');
}

/** From an account of one server to one of another, where there are two such. */
function firstMail(lab: LabConfig, say: CommandContext['say'], paint: CommandContext['paint']): string[] {
  const inhabited = lab.server.flatMap(({ accounts: [account], address }) =>
    account === undefined ? [] : [{ account, address }],
  );
  const from = inhabited[0];
  const to = inhabited[1] ?? from;
  if (from === undefined || to === undefined) return [];
  const { submission, imaps } = lab.ports;
  const login = (account: string) => `-u '${`${account}:${lab.password}`.replaceAll("'", "'\\''")}'`;
  return [
    paint('bold', say('lab.send')),
    `printf 'From: ${from.account}\\nTo: ${to.account}\\nSubject: hola\\n\\nhola\\n' | curl -sSk --crlf --ssl-reqd smtp://${from.address}:${submission} \\`,
    `  ${login(from.account)} --mail-from ${from.account} --mail-rcpt ${to.account} -T -`,
    paint('bold', say('lab.read')),
    `curl -sSk 'imaps://${to.address}:${imaps}/INBOX;MAILINDEX=1' ${login(to.account)}`,
  ];
}
