// Who answers what restrictions ask, as the settings have it: with the tables open that they name, and connections to the
// policy services. Each time the settings change another one is opened; the one before stays for the messages under way.

import { parseExemptClients } from '#mail/facts/greylist-exemptions.ts';
import { WorldFactFinder } from '#mail/facts/world-fact-finder.ts';
import type { Directory } from '#mail/ports/directory.ts';
import type { Greylist } from '#mail/ports/greylist.ts';
import type { Log } from '#mail/ports/log.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import type { Table } from '#mail/ports/table.ts';
import type { Resource } from '#mail/restrictions/restriction.ts';
import type { Routing } from '#mail/routing/routing.ts';
import { RecipientVerifier, type VerificationWorld } from '#mail/verification/recipient-verifier.ts';
import type { Config } from '#platform/config/schema.ts';
import { systemAlarm } from '#platform/machine/alarm.ts';
import { steadyClock } from '#platform/machine/clock.ts';
import { OpenPolicyServices } from '#platform/policy-service/open-policy-services.ts';
import type { PoolSettings } from '#platform/policy-service/policy-pool.ts';
import { openTable } from '#platform/tables/open-table.ts';

export interface FactSurroundings {
  readonly names: { readonly withHosts: Resolver; readonly dnsOnly: Resolver };
  readonly people: Directory;
  readonly routing: Routing;
  readonly verification: VerificationWorld;
  readonly greylist: Greylist;
  readonly log: Log;
  readonly rebuildsIndexes?: boolean;
}

export interface OpenFacts extends AsyncDisposable {
  readonly finder: WorldFactFinder;
}

/** Throws WorldError for tables that cannot be used. */
export async function openFacts(
  config: Config,
  resources: readonly Resource[],
  { names, people, routing, verification, greylist, log, rebuildsIndexes = true }: FactSurroundings,
): Promise<OpenFacts> {
  await using opened = new AsyncDisposableStack();
  const warn = (text: string) => log.write('warn', 'tables', text);
  const tables = new Map<string, Table>();
  for (const resource of resources) {
    if (resource.kind !== 'table' || tables.has(resource.name)) continue;
    tables.set(resource.name, opened.use(await openTable(resource.name, { warn, rebuildsIndexes })));
  }
  const services = { resolver: names.withHosts, log, nowMs: () => steadyClock.nowMs() };
  const finder = new WorldFactFinder({
    resolver: names.withHosts,
    dns: names.dnsOnly,
    tables,
    directory: people,
    routing,
    recipientProbe: new RecipientVerifier(verification, config),
    policyServices: opened.use(new OpenPolicyServices(poolSettings(config), services)),
    greylist,
    clock: steadyClock,
    alarm: systemAlarm,
    log,
    settings: { ...config, greylist_whitelist_clients: parseExemptClients(config.greylist_whitelist_clients) },
  });
  const used = opened.move();
  return { finder, [Symbol.asyncDispose]: () => used.disposeAsync() };
}

function poolSettings(config: Config): PoolSettings {
  return {
    maxIdleMs: config.smtpd_policy_service_max_idle,
    maxTtlMs: config.smtpd_policy_service_max_ttl,
    requestLimit: config.smtpd_policy_service_request_limit,
    retryDelayMs: config.smtpd_policy_service_retry_delay,
    timeoutMs: config.smtpd_policy_service_timeout,
    tryLimit: config.smtpd_policy_service_try_limit,
    defaultAction: config.smtpd_policy_service_default_action,
    policyContext: config.smtpd_policy_service_policy_context,
    connectionLimit: config.smtpd_policy_service_connection_limit,
  };
}
