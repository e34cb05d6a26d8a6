// The addresses of the mail host: there are some, and they are ours. RFC 5321 §5.1.

import { isGlobalName } from '#mail/domain-records/plan-domain.ts';
import { type Check, wantedFor } from './check-world.ts';
import { finder } from './finding.ts';
import { isAmong, lookUpHost } from './look-up.ts';

const { ok, advice, unknown, warning, failure } = finder('host');

export const checkMailHost: Check = async (world) => {
  const { dns, server } = world;
  const { mailHost, addresses: own } = server;
  const paste = wantedFor(world, 'host');
  if (!isGlobalName(mailHost)) return [failure('not-public', mailHost)];
  const { addresses: seen, hasFailed } = await lookUpHost(dns, mailHost);
  if (seen.length === 0) {
    return hasFailed ? [unknown('unanswered', mailHost)] : [failure('missing', mailHost, { paste })];
  }
  // Behind a router nobody can see from within whether the address outside is ours.
  if (own.length === 0) return [warning('unverified', mailHost, { seen })];
  const foreign = seen.filter((address) => !isAmong(address, own));
  const missing = own.filter((address) => !isAmong(address, seen));
  if (foreign.length === seen.length) return [failure('elsewhere', mailHost, { seen, paste })];
  if (foreign.length > 0) {
    return [warning('partly-elsewhere', mailHost, { seen, paste, values: { addresses: foreign.join(', ') } })];
  }
  const found = ok(mailHost, seen);
  return missing.length === 0
    ? [found]
    : [found, advice('incomplete', mailHost, { seen, paste, values: { addresses: missing.join(', ') } })];
};
