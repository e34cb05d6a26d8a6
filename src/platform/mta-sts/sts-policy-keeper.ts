// The policies of the domains that we send to. The TXT record says whether there is a new one; a policy that was fetched
// holds until its max_age is over, whatever becomes of its host or its record: otherwise whoever stands in between could
// make it go away. It is fetched again ahead of time, beside the mail. RFC 8461 §3.3, §5.1, §10.2.

import { findStsId, stsRecordName } from '#mail/mta-sts/record.ts';
import type { Alarm } from '#mail/ports/alarm.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Log } from '#mail/ports/log.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import type { StsFinding, StsPolicies } from '#mail/ports/sts-policies.ts';
import type { FindAddresses } from '../sockets/known-addresses.ts';
import type { FetchFailure, FetchSettings } from './fetch-policy.ts';
import { type KeptPolicy, PolicyFiles } from './policy-files.ts';

export interface StsKeeperWorld {
  readonly folder: string;
  readonly resolver: Resolver;
  readonly findAddresses: FindAddresses;
  /** Of the wall: policies outlive the process. */
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly log: Log;
}

export interface StsKeeperSettings extends FetchSettings {
  /** `mta_sts_refresh_interval`: how old a policy becomes before it is fetched again. */
  readonly refreshMs: number;
  /** `mta_sts_cache_limit`: policies that are kept. */
  readonly mostPolicies: number;
}

/** Who could not be had is left alone for so long. RFC 8461 §3.3. */
const PAUSE_MS = 300_000;
const SWEEP_MS = 3_600_000;
const NONE: StsFinding = { kind: 'none' };

export class StsPolicyKeeper implements StsPolicies, AsyncDisposable {
  readonly #world: StsKeeperWorld;
  readonly #settings: StsKeeperSettings;
  readonly #files: PolicyFiles;
  /** In the order of use; `undefined`: it was looked for and is not there. */
  readonly #known = new Map<string, KeptPolicy | undefined>();
  readonly #failed = new Map<string, { readonly untilMs: number; readonly failure: FetchFailure }>();
  readonly #underWay = new Map<string, Promise<KeptPolicy | FetchFailure>>();
  #sweep: Disposable;
  readonly #ending = new AbortController();

  constructor(world: StsKeeperWorld, settings: StsKeeperSettings) {
    this.#world = world;
    this.#settings = settings;
    this.#files = new PolicyFiles(world.folder);
    this.#sweep = world.alarm.after(SWEEP_MS, () => this.#sweepLater());
  }

  async find(domain: string): Promise<StsFinding> {
    const id = await this.#findId(domain);
    const kept = await this.#load(domain);
    const valid = kept !== undefined && this.#isValid(kept) ? kept : undefined;
    if (id === undefined) return valid === undefined ? NONE : asFinding(valid);
    if (valid?.id === id) {
      if (this.#isOld(valid)) void this.#fetch(domain, id);
      return asFinding(valid);
    }
    const fetched = await this.#fetch(domain, id);
    if ('policy' in fetched) return asFinding(fetched);
    return valid === undefined ? { kind: 'unavailable', ...fetched } : asFinding(valid);
  }

  /** Fetches anew what is old, one after the other, and forgets what is over. */
  async refresh(): Promise<void> {
    const domains = await this.#files.list();
    const kept: { readonly domain: string; readonly policy: KeptPolicy }[] = [];
    for (const domain of domains) {
      const policy = await this.#files.read(domain);
      if (policy === undefined || !this.#isValid(policy)) await this.#forget(domain);
      else kept.push({ domain, policy });
    }
    kept.sort((a, b) => b.policy.fetchedMs - a.policy.fetchedMs);
    for (const { domain } of kept.splice(this.#settings.mostPolicies)) await this.#forget(domain);
    for (const { domain, policy } of kept) {
      if (this.#ending.signal.aborted) return;
      const id = this.#isOld(policy) ? await this.#findId(domain) : undefined;
      if (id !== undefined) await this.#fetch(domain, id);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    this.#sweep[Symbol.dispose]();
    await Promise.allSettled(this.#underWay.values());
  }

  #sweepLater(): void {
    void this.refresh()
      .catch((error: unknown) =>
        this.#world.log.write('warn', 'mta-sts', `policies were not refreshed: ${String(error)}`),
      )
      .finally(() => {
        if (!this.#ending.signal.aborted) this.#sweep = this.#world.alarm.after(SWEEP_MS, () => this.#sweepLater());
      });
  }

  async #findId(domain: string): Promise<string | undefined> {
    const answer = await this.#world.resolver.resolve(stsRecordName(domain), 'TXT');
    return answer.kind === 'found' ? findStsId(answer.records) : undefined;
  }

  #isValid({ fetchedMs, policy }: KeptPolicy): boolean {
    return this.#world.clock.nowMs() < fetchedMs + policy.maxAgeSeconds * 1_000;
  }

  /** In good time: a short max_age is renewed at its half. */
  #isOld({ fetchedMs, policy }: KeptPolicy): boolean {
    const lifeMs = Math.min(this.#settings.refreshMs, policy.maxAgeSeconds * 500);
    return this.#world.clock.nowMs() >= fetchedMs + lifeMs;
  }

  async #load(domain: string): Promise<KeptPolicy | undefined> {
    const known = this.#known.has(domain) ? this.#known.get(domain) : await this.#files.read(domain);
    this.#remember(domain, known);
    return known;
  }

  #remember(domain: string, kept: KeptPolicy | undefined): void {
    this.#known.delete(domain);
    this.#known.set(domain, kept);
    trim(this.#known, this.#settings.mostPolicies);
  }

  async #forget(domain: string): Promise<void> {
    this.#known.delete(domain);
    await this.#files.remove(domain);
  }

  /** One at a time for a domain, and after a failure none for a while. */
  #fetch(domain: string, id: string): Promise<KeptPolicy | FetchFailure> {
    const failed = this.#failed.get(domain);
    if (failed !== undefined && this.#world.clock.nowMs() < failed.untilMs) return Promise.resolve(failed.failure);
    const begun = this.#underWay.get(domain);
    if (begun !== undefined) return begun;
    const fetching = this.#fetchNow(domain, id).finally(() => this.#underWay.delete(domain));
    this.#underWay.set(domain, fetching);
    return fetching;
  }

  async #fetchNow(domain: string, id: string): Promise<KeptPolicy | FetchFailure> {
    const { clock, findAddresses, log } = this.#world;
    // Node's HTTPS is loaded with the first domain that has a policy.
    const { fetchStsPolicy } = await import('./fetch-policy.ts');
    const fetched = await fetchStsPolicy(this.#settings, findAddresses, domain, this.#ending.signal);
    if (!fetched.ok) {
      log.write('warn', 'mta-sts', `the policy of ${domain} cannot be had: ${fetched.error.text}`);
      this.#failed.set(domain, { untilMs: clock.nowMs() + PAUSE_MS, failure: fetched.error });
      trim(this.#failed, this.#settings.mostPolicies);
      return fetched.error;
    }
    this.#failed.delete(domain);
    const kept = { id, fetchedMs: Math.trunc(clock.nowMs()), policy: fetched.value };
    this.#remember(domain, kept);
    try {
      await this.#files.write(domain, kept);
    } catch (error) {
      log.write('warn', 'mta-sts', `the policy of ${domain} is kept in memory only: ${String(error)}`);
    }
    return kept;
  }
}

function asFinding({ id, policy }: KeptPolicy): StsFinding {
  return { kind: 'policy', id, policy };
}

function trim(map: Map<string, unknown>, most: number): void {
  for (const oldest of map.keys()) {
    if (map.size <= most) return;
    map.delete(oldest);
  }
}
