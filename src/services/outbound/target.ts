// The places to try for a next hop, in order: servers found by DNS, the named host of LMTP, or a socket on this machine.

import { err, ok, type Result } from '#base/result.ts';
import type { MailServer } from '#mail/delivery/choose-servers.ts';
import type { DeliveryFailure } from '#mail/delivery/delivery-failure.ts';
import type { DialTarget } from '#mail/ports/dialer.ts';
import type { RemoteServer } from '#mail/ports/transport.ts';
import type { SmtpClientSettings } from './settings.ts';

export interface Target {
  readonly server: RemoteServer;
  readonly dial: DialTarget;
  /** Among the best of its destination. */
  readonly isBest: boolean;
  /** What DNSSEC says of the way to it. */
  readonly proof: Pick<MailServer, 'isProven' | 'hasProvenAddress' | 'canonicalName'>;
}

export type ChooseServers = (destination: string) => Promise<Result<readonly MailServer[], DeliveryFailure>>;

/** `lmtp_tcp_port` */
const LMTP_PORT = 24;

export function findTargets(
  { protocol, heloName }: Pick<SmtpClientSettings, 'protocol' | 'heloName'>,
  choose: ChooseServers,
  destination: string,
): Promise<Result<readonly Target[], DeliveryFailure>> {
  return protocol === 'smtp' ? findSmtpTargets(choose, destination) : findLmtpTargets(choose, destination, heloName);
}

async function findSmtpTargets(
  choose: ChooseServers,
  destination: string,
): Promise<Result<readonly Target[], DeliveryFailure>> {
  const servers = await choose(destination);
  return servers.ok ? ok(servers.value.map(inetTarget)) : servers;
}

/** `unix:/path`, `inet:host:port`, or the latter without its word: LMTP knows no MX. */
async function findLmtpTargets(
  choose: ChooseServers,
  destination: string,
  ownName: string,
): Promise<Result<readonly Target[], DeliveryFailure>> {
  if (destination.startsWith('unix:')) {
    const path = destination.slice('unix:'.length);
    if (path === '') return err(configurationError(`${JSON.stringify(destination)} names no socket`));
    const server = { name: ownName, address: path, port: 0 };
    const proof = { isProven: true, hasProvenAddress: false, canonicalName: ownName };
    return ok([{ server, dial: { kind: 'unix', path }, isBest: true, proof }]);
  }
  const [, bracketed, plain, port = String(LMTP_PORT)] = LMTP_HOST.exec(destination) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) return err(configurationError(`${JSON.stringify(destination)} is no inet:host:port`));
  return findSmtpTargets(choose, `[${host}]:${port}`);
}

const LMTP_HOST = /^(?:inet:)?(?:\[([^[\]]+)\]|([^:[\]]+))(?::([^:]+))?$/;

function inetTarget({ name, address, port, isBest, ...proof }: MailServer): Target {
  return { server: { name, address, port }, dial: { kind: 'inet', address, port }, isBest, proof };
}

function configurationError(text: string): DeliveryFailure {
  return { kind: 'deferred', status: '4.3.5', text: `mail system configuration error: ${text}` };
}
