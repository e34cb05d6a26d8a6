// What a domain needs in the DNS, looked up and compared, and published where a name server takes updates. See `DomainAdvisor`.

import { setMaxListeners } from 'node:events';
import { err, ok, type Result } from '#base/result.ts';
import { WorldError } from '#base/world-error.ts';
import { checkDomain } from '#mail/domain-check/check-domain.ts';
import type { CheckSettings, CheckWorld } from '#mail/domain-check/check-world.ts';
import { findDmarcAbove } from '#mail/domain-check/dmarc-above.ts';
import { isGreen } from '#mail/domain-check/finding.ts';
import { type DomainPlan, planDomain } from '#mail/domain-records/plan-domain.ts';
import { plainRecord, planChange } from '#mail/domain-records/publication.ts';
import type { ServerFacts } from '#mail/domain-records/server-facts.ts';
import type { WantedRecord } from '#mail/domain-records/wanted-record.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Refusal } from '#mail/ports/directory-admin.ts';
import type { DomainAdvisor, DomainReport, Publication } from '#mail/ports/domain-advisor.ts';
import type { Randomness } from '#mail/ports/randomness.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import type { SigningKeyRecord } from '#mail/ports/signing-key-admin.ts';
import { readTags } from '#mail/reports/policy-record.ts';
import type { DnsUpdates } from '#platform/dns/update.ts';
import { isWithin } from '#platform/dns/zone-file.ts';
import type { FetchSettings } from '#platform/mta-sts/fetch-policy.ts';
import { parseDomainName } from '#protocols/message/domain-name.ts';
import { type AuthoritativeView, viewOf } from './authoritative-view.ts';
import { openNetworkProbe } from './network-probe.ts';
import { findSeenRecords } from './seen-records.ts';
import { type AskingWorld, findServedZone } from './zone-servers.ts';

export interface AdvisorWorld {
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly findServer: () => Promise<ServerFacts>;
  readonly listKeys: (domain: string) => Promise<readonly SigningKeyRecord[]>;
  /** For one look: what is not yet there must not be remembered. */
  readonly openDns: () => Resolver & AsyncDisposable;
  /** Read for one look: files are opened for them. */
  readonly settings: () => AdvisorSettings;
}

export interface AdvisorSettings extends CheckSettings {
  readonly nameServerPort: number;
  readonly policies: FetchSettings;
  /** `undefined`: records are published by hand. */
  readonly updates: { readonly server: string; readonly open: () => DnsUpdates } | undefined;
}

/** After which no question is asked any more: with the last one, and a probe, less than a command waits for its answer. */
const CHECK_TIMEOUT_MS = 12_000;
const PROBE_TIMEOUT_MS = 8_000;
const MOST_QUESTIONS = 10_000;

export function openDomainAdvisor(world: AdvisorWorld): DomainAdvisor {
  return {
    plan: (written) => withDomain(written, async (domain) => ok(await makePlan(world, domain))),
    check: (written) => withDomain(written, async (domain) => ok(await check(world, domain))),
    publish: (written, { dryRun }) => withDomain(written, (domain) => publish(world, domain, dryRun)),
  };
}

async function withDomain<T>(
  written: string,
  work: (domain: string) => Promise<Result<T, Refusal>>,
): Promise<Result<T, Refusal>> {
  const domain = parseDomainName(written);
  if (domain.ok) return await work(domain.value);
  const message = `${JSON.stringify(written)} is not a domain name; it looks like example.org`;
  return err({ code: 'invalid', message, phrase: 'domain-malformed', details: { given: written } });
}

async function makePlan({ findServer, listKeys }: AdvisorWorld, domain: string): Promise<DomainPlan> {
  return planDomain(domain, await listKeys(domain), await findServer());
}

async function check(world: AdvisorWorld, domain: string): Promise<DomainReport> {
  const { clock, listKeys, findServer } = world;
  const settings = world.settings();
  const [server, keys] = await Promise.all([findServer(), listKeys(domain)]);
  const findings = await asking(world, settings, async (asked) => {
    const checked: CheckWorld = {
      ...{ domain, server, keys },
      wanted: planDomain(domain, keys, server).records,
      dns: viewOf({ domain, server }, asked),
      network: openNetworkProbe({ ...settings, resolver: asked.resolver, timeoutMs: PROBE_TIMEOUT_MS }),
      settings,
    };
    return await checkDomain(checked);
  });
  return { domain, checkedMs: clock.nowMs(), isGreen: isGreen(findings), findings };
}

async function publish(world: AdvisorWorld, domain: string, dryRun: boolean): Promise<Result<Publication, Refusal>> {
  const settings = world.settings();
  const { updates } = settings;
  if (updates === undefined) {
    const message = 'no name server takes updates: set dns_update_server and dns_update_key_file';
    return err({ code: 'invalid', message, phrase: 'no-update-server', details: {} });
  }
  const [server, keys] = await Promise.all([world.findServer(), world.listKeys(domain)]);
  return await asking(world, settings, async (asked) => {
    const zone = (await findServedZone(domain, asked))?.zone;
    if (zone === undefined) {
      const message = `nobody serves a zone of ${domain} that could be changed`;
      return err({ code: 'not-found', message, phrase: 'no-zone', details: { domain } });
    }
    const view = viewOf({ domain, server }, asked);
    const exchangers = await view.resolve(domain, 'MX');
    const plan = planDomain(domain, keys, server, exchangers.kind === 'found' ? exchangers.records : []);
    const wanted = await withinZone(plan.records, zone, view);
    const seen = await findSeenRecords(wanted, view);
    const change = planChange(wanted, seen, await findPolicyAbove(domain, view));
    const isDone = !dryRun && change.add.length + change.remove.length > 0;
    if (isDone) await updates.open().change(zone, change);
    const others = plan.records.filter((record) => !wanted.includes(record) && record.weight !== 'optional');
    return ok({ server: updates.server, zone, ...change, elsewhere: await findMissing(others, view), isDone });
  });
}

/** What is not seen in other zones, which whoever keeps them is to publish. */
async function findMissing(others: readonly WantedRecord[], view: AuthoritativeView) {
  const missing = others.map(async (record) => {
    try {
      return planChange([record], await findSeenRecords([record], view)).add;
    } catch (error) {
      if (!(error instanceof WorldError)) throw error;
      return [plainRecord(record)];
    }
  });
  return (await Promise.all(missing)).flat();
}

/** A first record of its own shall not weaken what holds for the domain. */
async function findPolicyAbove(domain: string, view: AuthoritativeView) {
  const own = await view.resolve(`_dmarc.${domain}`, 'TXT');
  if (own.kind === 'found' && own.records.some((text) => readTags(text) !== undefined)) return undefined;
  const above = await findDmarcAbove(domain, view);
  if (above.kind === 'failed') {
    throw new WorldError(`look for a DMARC record above ${domain} before one is added`, { transient: true });
  }
  return above.kind === 'found' ? above : undefined;
}

/** Not those of a zone further down, which has servers of its own. */
async function withinZone(records: readonly WantedRecord[], zone: string, view: AuthoritativeView) {
  const below = records.filter(({ name }) => isWithin(name, zone));
  const zones = await Promise.all(below.map(({ name }) => view.findZone(name)));
  return below.filter((_, at) => zones[at] === undefined || zones[at] === zone);
}

async function asking<T>(
  { openDns, randomness }: AdvisorWorld,
  { nameServerPort: port }: AdvisorSettings,
  work: (world: AskingWorld) => Promise<T>,
): Promise<T> {
  await using resolver = openDns();
  const signal = AbortSignal.timeout(CHECK_TIMEOUT_MS);
  setMaxListeners(MOST_QUESTIONS, signal);
  return await work({ resolver, randomness, port, signal });
}
