// The MX records: there are some, they name hosts, the hosts exist, and this server is one of them. RFC 5321 §5.1, RFC 2181 §10.3,
// RFC 7505 §3.

import { parseIpAddress } from '#base/ip-network.ts';
import type { MxRecord } from '#mail/ports/resolver.ts';
import { type Check, type CheckWorld, wantedFor } from './check-world.ts';
import { type Finding, finder } from './finding.ts';
import { isAmong, lookUpHost } from './look-up.ts';

const { ok, advice, unknown, warning, failure } = finder('mx');

export const checkMailExchangers: Check = async (world) => {
  const { domain, dns } = world;
  const paste = wantedFor(world, 'mx');
  const alias = await dns.findAlias(domain);
  if (alias !== undefined) return [failure('owner-is-alias', domain, { values: { target: alias }, paste })];
  const answer = await dns.resolve(domain, 'MX');
  if (answer.kind === 'failed') return [unknown('unanswered', domain, { values: { reason: answer.reason } })];
  if (answer.kind !== 'found') return [failure('missing', domain, { paste })];
  const records = [...answer.records].sort((one, other) => one.preference - other.preference);
  const seen = records.map(formatMx);
  if (records.some(({ exchange }) => exchange === '')) return [failure('null', domain, { seen, paste })];
  const perHost = await Promise.all(records.map((record) => checkExchange(world, record)));
  const findings = [...perHost.flat(), ...(await judgeOwnPlace(world, records)), ...(await findWildcard(world))];
  const isGood = findings.every(({ severity }) => severity === 'advice');
  return isGood ? [ok(domain, seen), ...findings] : findings;
};

async function checkExchange({ dns }: CheckWorld, record: MxRecord): Promise<Finding[]> {
  const { exchange } = record;
  const seen = [formatMx(record)];
  if (isAddressText(exchange)) return [failure('is-address', exchange, { seen })];
  const target = await dns.findAlias(exchange);
  if (target !== undefined) return [failure('is-alias', exchange, { seen, values: { target } })];
  const { addresses, hasFailed } = await lookUpHost(dns, exchange);
  if (addresses.length > 0) return [];
  return hasFailed ? [unknown('host-unanswered', exchange, { seen })] : [failure('host-missing', exchange, { seen })];
}

/** Some write an address where the name of a host stands: `192.0.2.1.` is a name that nobody has. */
function isAddressText(exchange: string): boolean {
  return (
    parseIpAddress(exchange) !== undefined || parseIpAddress(exchange.split('.').slice(0, 4).join('.')) !== undefined
  );
}

async function judgeOwnPlace(world: CheckWorld, records: readonly MxRecord[]): Promise<Finding[]> {
  const { domain, server } = world;
  const seen = records.map(formatMx);
  const own = records.find(({ exchange }) => exchange === server.mailHost) ?? (await findOtherName(world, records));
  const paste = wantedFor(world, 'mx');
  if (own === undefined) return [failure('not-here', domain, { seen, paste, values: { host: server.mailHost } })];
  const { exchange: name } = own;
  const named =
    name === server.mailHost
      ? []
      : [advice('other-name', domain, { seen, paste, values: { name, host: server.mailHost } })];
  const others = records.filter(({ exchange }) => exchange !== name);
  if (others.length === 0) return named;
  const hosts = others.map(({ exchange }) => exchange).join(', ');
  const before = others.some(({ preference }) => preference <= own.preference);
  return [
    ...named,
    (before ? warning : advice)(before ? 'others-first' : 'others', domain, { seen, values: { hosts } }),
  ];
}

/** Mail comes in by whatever name leads to our addresses alone. */
async function findOtherName({ dns, server }: CheckWorld, records: readonly MxRecord[]): Promise<MxRecord | undefined> {
  const ours = [...server.addresses, ...(await lookUpHost(dns, server.mailHost)).addresses];
  for (const record of records) {
    const { addresses } = await lookUpHost(dns, record.exchange);
    if (addresses.length > 0 && addresses.every((address) => isAmong(address, ours))) return record;
  }
  return undefined;
}

/** It answers for every name that does not exist, `mail` and `_dmarc` among them. */
async function findWildcard({ domain, dns }: CheckWorld): Promise<Finding[]> {
  const target = await dns.findAlias(`*.${domain}`);
  return target === undefined
    ? []
    : [advice('wildcard-alias', `*.${domain}`, { values: { target }, seen: [`CNAME ${target}.`] })];
}

export function formatMx({ preference, exchange }: MxRecord): string {
  return `${preference} ${exchange}.`;
}
