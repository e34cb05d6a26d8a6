// Policy services over TCP and Unix sockets, each with its own connections. Names are looked up when a connection is opened;
// what cannot be asked answers with `smtpd_policy_service_default_action`.

import { setTimeout as delay } from 'node:timers/promises';
import { mistakeInEnglish } from '#base/mistakes/mistake.ts';
import type { Log } from '#mail/ports/log.ts';
import type { PolicyServices } from '#mail/ports/policy-service.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import { formatPolicyRequest, type PolicyAttributes } from '#protocols/policy/request.ts';
import { parsePolicyService } from '#protocols/policy/service-spec.ts';
import { dialService } from '../sockets/dial-service.ts';
import { PolicyPool, type PoolSettings } from './policy-pool.ts';

export interface PolicyServiceWorld {
  readonly resolver: Resolver;
  readonly log: Log;
  readonly nowMs: () => number;
}

/** Patterns of an access table could make up ever new ones. */
const MOST_SERVICES = 100;

interface OpenService {
  readonly pool: PolicyPool;
  readonly settings: PoolSettings;
  readonly name: string;
}

export class OpenPolicyServices implements PolicyServices, Disposable {
  readonly #settings: PoolSettings;
  readonly #world: PolicyServiceWorld;
  /** By the text that the settings, or an access table, name them with. */
  readonly #services = new Map<string, OpenService>();

  /** `settings`: where a service has none of its own. */
  constructor(settings: PoolSettings, world: PolicyServiceWorld) {
    this.#settings = settings;
    this.#world = world;
  }

  async ask(service: string, attributes: PolicyAttributes, withinMs: number): Promise<string> {
    const opened = this.#open(service);
    if (opened === undefined) {
      this.#warn(service, `there are ${MOST_SERVICES} others already`);
      return this.#settings.defaultAction;
    }
    const { pool, settings, name } = opened;
    const warn = (text: string) => this.#warn(name, text);
    const request = formatPolicyRequest({ ...attributes, policy_context: settings.policyContext });
    if (!request.ok) {
      warn(request.error);
      return settings.defaultAction;
    }
    const action = await pool.ask(request.value, withinMs);
    return action ?? settings.defaultAction;
  }

  [Symbol.dispose](): void {
    for (const { pool } of this.#services.values()) pool[Symbol.dispose]();
    this.#services.clear();
  }

  /** `undefined` where there are too many. */
  #open(service: string): OpenService | undefined {
    const known = this.#services.get(service);
    if (known !== undefined || this.#services.size >= MOST_SERVICES) return known;
    const parsed = parsePolicyService(service);
    if (!parsed.ok) throw new Error(`a policy service that the settings let pass: ${mistakeInEnglish(parsed.error)}`);
    const { endpoint, name, overrides } = parsed.value;
    const settings = { ...this.#settings, ...overrides };
    const pool = new PolicyPool(settings, {
      open: (timeoutMs) => dialService(endpoint, timeoutMs, this.#world.resolver),
      delay: (ms) => delay(ms, undefined, { ref: false }),
      nowMs: this.#world.nowMs,
      warn: (text) => this.#warn(name, text),
    });
    const opened = { pool, settings, name };
    this.#services.set(service, opened);
    return opened;
  }

  #warn(name: string, text: string): void {
    this.#world.log.write('warn', 'smtpd', `warning: problem talking to server ${name}: ${text}`);
  }
}
