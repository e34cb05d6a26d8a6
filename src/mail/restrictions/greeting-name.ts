// What the client calls itself in HELO or EHLO. RFC 5321 §4.1.1.1 wants a domain name that can be found, or an address in
// brackets; many a client on the way to its submission server knows no such name, so none of this is for 587.

import { parseIpAddress } from '#base/ip-network.ts';
import { isAddressLiteral, parseDomainName } from '#protocols/message/domain-name.ts';
import { findMailHost } from './dns-search.ts';
import type { Inquiry } from './fact.ts';
import { plain } from './kinds.ts';
import { type Opinion, refuse, tempfail } from './opinion.ts';
import type { JudgedCommand, RestrictionKinds } from './restriction.ts';

function rejectInvalidHeloHostname(command: JudgedCommand): Opinion | undefined {
  const { helo } = command.session;
  if (helo === undefined) return undefined;
  if (helo.startsWith('[')) return rejectInvalidLiteral(helo, command);
  // An address without its brackets is wrong, too, and so common that Postfix lets it pass here.
  if (isHostName(helo) || parseIpAddress(helo) !== undefined) return undefined;
  return refuse(command.settings.invalid_hostname_reject_code, '5.2', `<${helo}>: Helo command rejected: Invalid name`);
}

function rejectNonFqdnHeloHostname(command: JudgedCommand): Opinion | undefined {
  const { helo } = command.session;
  if (helo === undefined) return undefined;
  if (helo.startsWith('[')) return rejectInvalidLiteral(helo, command);
  if (isFullyQualified(helo)) return undefined;
  const text = `<${helo}>: Helo command rejected: need fully-qualified hostname`;
  return refuse(command.settings.non_fqdn_reject_code, '5.2', text);
}

function* rejectUnknownHeloHostname(command: JudgedCommand): Inquiry<Opinion | undefined> {
  const { session, settings } = command;
  const { helo } = session;
  if (helo === undefined) return undefined;
  if (helo.startsWith('[')) return rejectInvalidLiteral(helo, command);
  const found = isHostName(helo) ? yield* findMailHost(withoutFinalDot(helo), ['A', 'AAAA', 'MX']) : 'none';
  const text = `<${helo}>: Helo command rejected: Host not found`;
  switch (found) {
    case 'found':
    case 'null-mx':
      return undefined;
    case 'none':
      return refuse(settings.unknown_hostname_reject_code, '7.1', text);
    default:
      return tempfail(settings.unknown_helo_hostname_tempfail_action, 450, '7.1', text);
  }
}

function rejectInvalidLiteral(helo: string, { settings }: JudgedCommand): Opinion | undefined {
  if (isAddressLiteral(helo) || parseIpAddress(helo.slice(1, -1)) !== undefined) return undefined;
  const text = `<${helo}>: Helo command rejected: invalid ip address`;
  return refuse(settings.invalid_hostname_reject_code, '5.2', text);
}

function isHostName(name: string): boolean {
  return parseDomainName(withoutFinalDot(name)).ok;
}

export function isFullyQualified(name: string): boolean {
  return isHostName(name) && withoutFinalDot(name).includes('.');
}

function withoutFinalDot(name: string): string {
  return name.endsWith('.') && !name.endsWith('..') ? name.slice(0, -1) : name;
}

export const GREETING_NAME: RestrictionKinds = {
  reject_invalid_helo_hostname: plain('greeting', rejectInvalidHeloHostname),
  reject_non_fqdn_helo_hostname: plain('greeting', rejectNonFqdnHeloHostname),
  reject_unknown_helo_hostname: plain('greeting', rejectUnknownHeloHostname, { kind: 'dns' }),
};
