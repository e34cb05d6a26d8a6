// How other servers are found and talked to. Postfix's names and defaults, where it has them.

import { z } from 'zod';
import { parseIpNetwork } from '#base/ip-network.ts';
import { mistake } from '#base/mistakes/mistake.ts';
import { limit, networks, seconds, tables, textWithout } from './setting-kinds.ts';

const saslOptions = () => z.array(z.enum(['noplaintext', 'noanonymous']));

export const nameServer = textWithout((text) =>
  parseNameServer(text) === undefined ? mistake('name-server-form') : undefined,
);

/** Which name servers are asked, and for how long; none named are those of the machine. */
export function resolverOptions(config: {
  readonly resolver_addresses: readonly string[];
  readonly resolver_timeout: number;
}) {
  const servers = config.resolver_addresses.flatMap((text) => parseNameServer(text) ?? []);
  return { servers: servers.length > 0 ? servers : undefined, totalTimeoutMs: config.resolver_timeout };
}

/** `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::1`, `[2001:db8::1]:5353`. */
export function parseNameServer(text: string): { readonly address: string; readonly port: number } | undefined {
  const [, bracketed, plain, port = '53'] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const address = bracketed ?? plain ?? text;
  const parsed = parseIpNetwork(address);
  const number = Number(port);
  if (!parsed.ok || address.includes('/') || number < 1 || number > 65_535) return undefined;
  return { address, port: number };
}

export const smtpClientSettings = {
  smtp_helo_name: z.string().min(1).optional().describe('The name in EHLO; without it `myhostname`.'),
  smtp_bind_address: z.ipv4().optional().describe('The IPv4 address that connections to other servers come from.'),
  smtp_bind_address6: z.ipv6().optional().describe('The same for IPv6.'),
  inet_protocols: z
    .array(z.enum(['ipv4', 'ipv6']))
    .min(1)
    .default(['ipv4', 'ipv6'])
    .describe(
      'What other servers are reached by, and what is listened at; ["ipv4"] where IPv6 leads nowhere: "::" means "0.0.0.0" then.',
    ),
  smtp_address_preference: z
    .enum(['any', 'ipv4', 'ipv6'])
    .default('any')
    .describe('Which of the two comes first among servers of one preference.'),
  smtp_mx_address_limit: limit().default(5).describe('Addresses of a destination that are tried; 0 is no limit.'),
  smtp_mx_session_limit: limit().default(2).describe('Servers that are talked to for one message; 0 is no limit.'),
  smtp_host_lookup: z
    .array(z.enum(['dns', 'native']))
    .min(1)
    .default(['dns', 'native'])
    .describe('Where a host\'s addresses are looked up; "native" is /etc/hosts.'),
  smtp_tcp_port: z.int().min(1).max(65_535).default(25).describe('The port of destinations that name none.'),
  smtp_allow_loopback: z
    .boolean()
    .default(false)
    .describe('Whether MX and address records may lead to 127.0.0.0/8 and ::1, as in a lab on one machine.'),
  proxy_interfaces: networks()
    .default([])
    .describe('Addresses by which this server is reached through a proxy or address translation: they are our own.'),
  ignore_mx_lookup_error: z
    .boolean()
    .default(false)
    .describe('Whether a failed MX question is answered by the address of the name.'),
  smtp_skip_5xx_greeting: z.boolean().default(true).describe('Whether a server that greets with 5xx is passed over.'),
  smtp_sasl_password_maps: tables().describe('Tables with `user:password` of destinations, or senders.'),
  smtp_sender_dependent_authentication: z
    .boolean()
    .default(false)
    .describe('Whether passwords are looked up by sender first.'),
  smtp_sasl_security_options: saslOptions()
    .default(['noplaintext', 'noanonymous'])
    .describe('What a login in clear must not be.'),
  smtp_sasl_tls_security_options: saslOptions().default(['noanonymous']).describe('The same under TLS.'),
  smtp_connect_timeout: seconds('30s').describe('How long a connection may take to come about.'),
  smtp_helo_timeout: seconds('300s').describe('How long a server may take to greet, and to answer EHLO.'),
  smtp_starttls_timeout: seconds('300s').describe('How long STARTTLS and the handshake may take, each.'),
  smtp_mail_timeout: seconds('300s').describe('How long a server may take to answer MAIL.'),
  smtp_rcpt_timeout: seconds('300s').describe('How long a server may take to answer RCPT.'),
  smtp_data_init_timeout: seconds('120s').describe('How long a server may take to answer DATA.'),
  smtp_data_xfer_timeout: seconds('180s').describe('How long a server may take to accept another piece of a message.'),
  smtp_data_done_timeout: seconds('600s').describe('How long a server may take to answer the end of a message.'),
  smtp_rset_timeout: seconds('20s').describe('How long a server may take to answer RSET.'),
  smtp_connection_cache_time_limit: seconds('2s').describe('How long a connection waits for the next message.'),
  smtp_connection_reuse_time_limit: seconds('300s').describe('How old a connection may become.'),
  smtp_connection_reuse_count_limit: limit().default(0).describe('Messages on one connection; 0 is no limit.'),
  smtp_line_length_limit: limit().default(998).describe('Longer lines of a message are folded.'),
};

export const resolverSettings = {
  resolver_addresses: z
    .array(nameServer)
    .default([])
    .describe('DNS servers, with a port where it is not 53; without any, those of /etc/resolv.conf.'),
  resolver_timeout: seconds('20s').describe('How long one question to the DNS may take, all tries together.'),
};
