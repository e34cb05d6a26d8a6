// The SRV records by which mail programs find the servers of a domain: RFC 6186 §3, RFC 8314 §5.1, and `_autodiscover._tcp` of
// Outlook. What is not offered is said not to be: the target `.` (RFC 2782, RFC 6186 §3.4).

import type { SrvRecord } from '#mail/ports/resolver.ts';
import type { OfferedServer } from './offered-server.ts';

export interface ServiceRecord extends SrvRecord {
  /** `_imaps._tcp.example.org` */
  readonly name: string;
}

const NAMES: readonly (readonly [
  label: string,
  protocol: OfferedServer['protocol'],
  security: OfferedServer['security'],
])[] = [
  ['_submissions', 'submission', 'tls'],
  ['_imaps', 'imap', 'tls'],
  ['_pop3s', 'pop3', 'tls'],
  ['_submission', 'submission', 'starttls'],
  ['_imap', 'imap', 'starttls'],
  ['_pop3', 'pop3', 'starttls'],
];

/** RFC 6186 §3.4: programs that speak both take the one with the lower number. */
const PRIORITIES: Readonly<Record<OfferedServer['protocol'], number>> = { submission: 0, imap: 0, pop3: 10 };

/** `webPort`: where https is served; without it Outlook is led nowhere. */
export function serviceRecords(
  domain: string,
  servers: readonly OfferedServer[],
  webPort: number | undefined,
): ServiceRecord[] {
  const records = NAMES.map(([label, protocol, security]) => {
    const server = servers.find((each) => each.protocol === protocol && each.security === security);
    const name = `${label}._tcp.${domain}`;
    if (server === undefined) return { name, priority: 0, weight: 0, port: 0, target: '' };
    return { name, priority: PRIORITIES[protocol], weight: 1, port: server.port, target: server.hostname };
  });
  const hostname = servers[0]?.hostname;
  if (webPort === undefined || hostname === undefined) return records;
  return [
    ...records,
    { name: `_autodiscover._tcp.${domain}`, priority: 0, weight: 1, port: webPort, target: hostname },
  ];
}
