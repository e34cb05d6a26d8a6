// Recipients verified by call-out, with a memory: Postfix's verify(8). A known answer is given at once, and asked for again
// behind the client's back when it is no more fresh; a client waits only for what nobody has asked yet, and not for long.

import { unreachable } from '#base/unreachable.ts';
import type { Alarm } from '#mail/ports/alarm.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Log } from '#mail/ports/log.ts';
import type { ProbeAnswer, RecipientProbe, ServerHop } from '#mail/ports/recipient-probe.ts';
import type { KnownRecipient, KnownRecipients } from './known-recipients.ts';

/** Postfix's parameters of the same names; times in milliseconds. */
export interface VerificationSettings {
  readonly address_verify_positive_expire_time: number;
  readonly address_verify_positive_refresh_time: number;
  readonly address_verify_negative_expire_time: number;
  readonly address_verify_negative_refresh_time: number;
  readonly address_verify_poll_count: number;
  readonly address_verify_poll_delay: number;
}

export interface VerificationWorld {
  /** The way to the other server. */
  readonly probe: RecipientProbe;
  readonly known: KnownRecipients;
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly log: Log;
}

interface Asking {
  readonly destination: string;
  readonly answer: Promise<ProbeAnswer>;
}

/**
 * A server that could not be asked is left alone for so long. Postfix takes that for a no (three hours, by
 * `address_verify_negative_refresh_time`), and mail waits for a server that is back long since.
 */
const UNKNOWN_KEPT_MS = 60_000;
/** Who tries names waits for the answers to the last ones; a slow server does not use up the questions to others. */
const MOST_ASKED_AT_ONCE = 100;
const MOST_ASKED_OF_ONE = 20;

const IN_PROGRESS: ProbeAnswer = { kind: 'unknown', text: 'Address verification in progress' };

export class RecipientVerifier implements RecipientProbe {
  readonly #world: VerificationWorld;
  readonly #settings: VerificationSettings;
  readonly #asking = new Map<string, Asking>();

  constructor(world: VerificationWorld, settings: VerificationSettings) {
    this.#world = world;
    this.#settings = settings;
  }

  async probe(address: string, nextHop: ServerHop): Promise<ProbeAnswer> {
    // Addresses are one in upper and lower case, as in Postfix's cache.
    const name = address.toLowerCase();
    const known = this.#world.known.find(name);
    const ageMs = known === undefined ? 0 : this.#world.clock.nowMs() - known.heardMs;
    if (known !== undefined && ageMs < this.#lifetime(known.kind).expireMs) {
      if (ageMs >= this.#lifetime(known.kind).refreshMs) void this.#ask(name, address, nextHop);
      return known;
    }
    return this.#withPatience(this.#ask(name, address, nextHop));
  }

  #lifetime(kind: ProbeAnswer['kind']): { readonly expireMs: number; readonly refreshMs: number } {
    const settings = this.#settings;
    switch (kind) {
      case 'deliverable':
        return {
          expireMs: settings.address_verify_positive_expire_time,
          refreshMs: settings.address_verify_positive_refresh_time,
        };
      case 'undeliverable':
        return {
          expireMs: settings.address_verify_negative_expire_time,
          refreshMs: settings.address_verify_negative_refresh_time,
        };
      case 'unknown':
        return { expireMs: UNKNOWN_KEPT_MS, refreshMs: UNKNOWN_KEPT_MS };
      default:
        return unreachable(kind);
    }
  }

  /** Many may wait for one answer. */
  #ask(name: string, address: string, nextHop: ServerHop): Promise<ProbeAnswer> {
    const before = this.#asking.get(name);
    if (before !== undefined) return before.answer;
    const { destination } = nextHop;
    if (this.#isBusy(destination)) return Promise.resolve(IN_PROGRESS);
    const answer = this.#askNow(name, address, nextHop).finally(() => this.#asking.delete(name));
    this.#asking.set(name, { destination, answer });
    return answer;
  }

  #isBusy(destination: string): boolean {
    if (this.#asking.size >= MOST_ASKED_AT_ONCE) return true;
    let ofOne = 0;
    for (const asking of this.#asking.values()) if (asking.destination === destination) ofOne++;
    return ofOne >= MOST_ASKED_OF_ONE;
  }

  async #askNow(name: string, address: string, nextHop: ServerHop): Promise<ProbeAnswer> {
    const { probe, known, clock, log } = this.#world;
    const answer = await probe.probe(address, nextHop);
    log.write('info', 'verify', `<${name}>: ${answer.kind}: ${answer.text}`);
    const heard: KnownRecipient = { ...answer, address: name, heardMs: clock.nowMs() };
    if (!this.#isOverruled(heard)) known.learn(heard);
    return answer;
  }

  /** One failure does not make us forget a yes before its time: the next question tries again. */
  #isOverruled({ address, kind, heardMs }: KnownRecipient): boolean {
    const before = this.#world.known.find(address);
    if (kind === 'deliverable' || before?.kind !== 'deliverable') return false;
    return heardMs - before.heardMs < this.#settings.address_verify_positive_expire_time;
  }

  async #withPatience(asking: Promise<ProbeAnswer>): Promise<ProbeAnswer> {
    const { address_verify_poll_count: polls, address_verify_poll_delay: delayMs } = this.#settings;
    const { promise, resolve } = Promise.withResolvers<ProbeAnswer>();
    using _ = this.#world.alarm.after(polls * delayMs, () => resolve(IN_PROGRESS));
    return await Promise.race([asking, promise]);
  }
}
