// The records by which mail programs set themselves up. RFC 6186 §3, RFC 8314 §5.1; `autoconfig.D` is Thunderbird's name,
// `autodiscover.D` Outlook's.

import { type ServiceRecord, serviceRecords } from '#mail/client-setup/service-records.ts';
import type { ServerFacts } from './server-facts.ts';
import { record, type WantedRecord } from './wanted-record.ts';

export function clientRecords(domain: string, server: ServerFacts): WantedRecord[] {
  const { mailHost, clientServers, webPort } = server;
  const alias = (purpose: 'autoconfig' | 'autodiscover') =>
    record(server, purpose, 'optional', `${purpose}.${domain}`, 'CNAME', `${mailHost}.`);
  const services = clientServers.length === 0 ? [] : serviceRecords(domain, clientServers, webPort);
  return [
    ...(webPort === undefined ? [] : [alias('autoconfig'), alias('autodiscover')]),
    ...services.map((each) => record(server, 'client', 'optional', each.name, 'SRV', formatService(each))),
  ];
}

/** The root as target: this is not offered. RFC 2782. */
export function formatService({ priority, weight, port, target }: Omit<ServiceRecord, 'name'>): string {
  return `${priority} ${weight} ${port} ${target}.`;
}
