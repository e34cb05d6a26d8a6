// Keeps the certificates that authorities issue: finds out which names are to have one and lead here, asks in time, and
// again later where it failed. One order at a time; the certificate in use stays until a better one is there.

import { messageOf } from '#base/thrown.ts';
import type { CertificateFacts } from '#mail/certificates/certificate-facts.ts';
import { coversHost } from '#mail/certificates/host-name.ts';
import { decideOrder, type OrderAttempt, type OrderDecision } from '#mail/certificates/order-decision.ts';
import { retryPauseMs } from '#mail/certificates/renewal.ts';
import type { RenewalAdvice } from '#mail/certificates/renewal-advice.ts';
import type { RevocationOutcome, RevocationReason } from '#mail/certificates/revocation.ts';
import type { SkippedName, WantedCertificate } from '#mail/certificates/wanted-certificates.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Log } from '#mail/ports/log.ts';
import type { Randomness } from '#mail/ports/randomness.ts';
import type { CheckedPair } from '../tls/checked-pair.ts';
import type { IssuedCertificate } from '../tls/server-tls.ts';
import { HeardAdvice } from './heard-advice.ts';
import type { KeptCertificates } from './kept-certificates.ts';
import type { Obtained } from './obtain-certificate.ts';
import type { ReplacedCertificate } from './order-certificate.ts';

/** After a certificate without some of its names: authorities count those that are the same. */
const PARTIAL_PAUSE_MS = 3 * 86_400_000;

export interface KeeperWorld {
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
  readonly kept: KeptCertificates;
  /** Which certificates there are to be, now. */
  wanted(): Promise<readonly WantedCertificate[]>;
  /** Those of the names that do not lead here. */
  skipped(names: readonly string[]): Promise<readonly SkippedName[]>;
  /** `before`: the certificate that it takes the place of. */
  obtain(names: readonly string[], before: FormerCertificate | undefined): Promise<Obtained>;
  /** What authorities say of the renewal of certificates (PEM), by what these are called here. */
  advise(certificates: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, RenewalAdvice>>;
  revoke(
    pair: CheckedPair,
    reason: RevocationReason,
  ): Promise<Extract<RevocationOutcome, { kind: 'revoked' | 'failed' }>>;
  /** Other certificates than before. */
  changed(issued: readonly IssuedCertificate[]): Promise<void>;
}

export interface FormerCertificate {
  /** PEM. */
  readonly secretKey: string;
  readonly replaced: ReplacedCertificate | undefined;
}

export interface KeptRecord {
  readonly id: string;
  readonly names: readonly string[];
  readonly facts: CertificateFacts | undefined;
  readonly attempt: OrderAttempt | undefined;
  readonly nextMs: number | undefined;
  readonly isOrdering: boolean;
}

interface Known {
  readonly wanted: WantedCertificate;
  readonly names: readonly string[];
  readonly skipped: readonly SkippedName[];
}

export class CertificateKeeper {
  readonly #world: KeeperWorld;
  #known: readonly Known[] = [];
  #ordering: string | undefined;
  /** Asked for by somebody, and not begun. */
  readonly #demanded = new Set<string>();
  readonly #advice: HeardAdvice;
  /** Looks and revocations go one after the other. */
  #turn: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** One that has not begun serves all that want one meanwhile. */
  #nextLook: Promise<void> | undefined;
  #stopped = false;

  constructor(world: KeeperWorld) {
    this.#world = world;
    this.#advice = new HeardAdvice(world);
  }

  /** Asks for what is due; for all, whether due or not, of those that are named. */
  look(demanded: readonly string[] = []): Promise<void> {
    for (const id of demanded) this.#demanded.add(id);
    this.#nextLook ??= this.#inTurn(() => {
      this.#nextLook = undefined;
      return this.#look();
    });
    return this.#nextLook;
  }

  /** The order that is under way is the last. */
  stop(): Promise<void> {
    this.#stopped = true;
    return this.#turn;
  }

  /** What served it is forgotten with its key, so that the next look asks for a new one with a new key. */
  async revoke(id: string, reason: RevocationReason): Promise<RevocationOutcome> {
    const { kept, log } = this.#world;
    const pair = kept.find(id);
    if (pair === undefined) return { kind: 'unknown' };
    if (this.#waiting > 0) return { kind: 'busy' };
    return await this.#inTurn(async () => {
      const outcome = await this.#world.revoke(pair, reason);
      if (outcome.kind === 'failed') return outcome;
      const names = pair.facts.names.join(', ');
      log.write('warn', 'tls', `certificate for ${names} revoked by ${outcome.authority}: ${reason}`);
      kept.forget(id);
      kept.note(id, undefined);
      await this.#world.changed(kept.issued);
      return outcome;
    });
  }

  /** One talk with authorities at a time. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const done = this.#turn.then(work).finally(() => {
      this.#waiting -= 1;
    });
    this.#turn = done.then(ignore, ignore);
    return done;
  }

  get records(): readonly KeptRecord[] {
    const { kept } = this.#world;
    const ids = new Set(this.#known.map(({ wanted }) => wanted.id));
    // Asked for before anybody knows where its names lead.
    const unknown = [...this.#demanded].filter((id) => !ids.has(id)).map((id) => ({ wanted: { id }, names: [] }));
    return [...this.#known, ...unknown].map(({ wanted: { id }, names }) => {
      const facts = kept.find(id)?.facts;
      const decision = this.#decide(id, names);
      return {
        id,
        names,
        facts,
        attempt: kept.findAttempt(id),
        nextMs: decision.kind === 'order' ? this.#world.clock.nowMs() : decision.untilMs,
        isOrdering: this.#ordering === id || this.#demanded.has(id),
      };
    });
  }

  get skipped(): readonly SkippedName[] {
    return this.#known.flatMap(({ skipped }) => skipped);
  }

  async #look(): Promise<void> {
    const { log, kept } = this.#world;
    const demanded = new Set(this.#demanded);
    try {
      this.#known = await this.#findOut();
      if (this.#stopped) return;
      await this.#advice.ask(this.#known.flatMap(({ wanted: { id } }) => ({ id, pair: kept.find(id) })));
      for (const { wanted, names } of this.#known) {
        if (this.#stopped) return;
        const isDemanded = demanded.delete(wanted.id);
        const isDue = this.#decide(wanted.id, names).kind === 'order';
        // What is asked for since this look began waits for the next, unless it is asked for now.
        if (isDemanded || isDue) this.#demanded.delete(wanted.id);
        if (isDue || (isDemanded && names.length > 0)) await this.#order(wanted.id, names);
      }
    } catch (error) {
      log.write('error', 'tls', `warning: looking after certificates: ${messageOf(error)}`);
    } finally {
      // Nobody wants these any more.
      for (const id of demanded) this.#demanded.delete(id);
    }
  }

  async #findOut(): Promise<Known[]> {
    const known: Known[] = [];
    for (const wanted of await this.#world.wanted()) {
      if (this.#stopped) break;
      const skipped = await this.#world.skipped(wanted.names);
      const names = wanted.names.filter((name) => !skipped.some((one) => one.name === name));
      known.push({ wanted, names: this.#keepUnsure(wanted.id, names, skipped), skipped });
    }
    return known;
  }

  /** The DNS did not answer: a name that is in the certificate stays in it. */
  #keepUnsure(id: string, names: readonly string[], skipped: readonly SkippedName[]): readonly string[] {
    const held = this.#world.kept.find(id)?.facts;
    if (held === undefined) return names;
    const unsure = skipped.filter(({ name, reason }) => reason === 'dns-failed' && coversHost(held.names, name));
    return [...names, ...unsure.map(({ name }) => name)];
  }

  #decide(id: string, names: readonly string[]): OrderDecision {
    const { kept, clock } = this.#world;
    const held = kept.find(id)?.facts;
    const window = this.#advice.find(id, held?.fingerprint)?.window;
    return decideOrder({ names, held, attempt: kept.findAttempt(id), window, nowMs: clock.nowMs() });
  }

  async #order(id: string, names: readonly string[]): Promise<void> {
    const { log, kept } = this.#world;
    log.write('info', 'tls', `asking for a certificate for ${names.join(', ')}`);
    this.#ordering = id;
    try {
      const held = kept.find(id);
      const before = held && {
        secretKey: held.secretKey,
        replaced: this.#advice.find(id, held.facts.fingerprint),
      };
      const obtained = await this.#world.obtain(names, before).catch(unexpected);
      if (obtained.kind === 'issued') await this.#take(id, names, obtained);
      else if (!this.#stopped) this.#noteFailure(id, names, obtained);
    } finally {
      this.#ordering = undefined;
    }
    await this.#world.changed(kept.issued);
  }

  async #take(
    id: string,
    names: readonly string[],
    { pair, leftOut }: Extract<Obtained, { kind: 'issued' }>,
  ): Promise<void> {
    const { kept, clock, log } = this.#world;
    kept.keep(id, pair);
    const until = new Date(pair.facts.untilMs).toISOString();
    log.write(
      'info',
      'tls',
      `certificate for ${pair.facts.names.join(', ')} issued by ${pair.facts.issuer}, valid until ${until}`,
    );
    const nowMs = clock.nowMs();
    const text = [...leftOut].map(([name, reason]) => `left out: ${name}: ${reason}`).join('; ');
    if (text !== '') log.write('warn', 'tls', `warning: ${text}`);
    const partial = { names, atMs: nowMs, nextMs: nowMs + PARTIAL_PAUSE_MS, failures: 0, text };
    kept.note(id, text === '' ? undefined : partial);
  }

  #noteFailure(
    id: string,
    names: readonly string[],
    { reason, retryAfterMs }: Extract<Obtained, { kind: 'failed' }>,
  ): void {
    const { kept, clock, randomness, log } = this.#world;
    const failures = (kept.findAttempt(id)?.failures ?? 0) + 1;
    const chance = randomness.bytes(2).readUInt16BE() / 0x1_0000;
    const nowMs = clock.nowMs();
    const nextMs = nowMs + retryPauseMs(failures, chance, retryAfterMs);
    kept.note(id, { names, atMs: nowMs, nextMs, failures, text: reason });
    const held = kept.find(id) === undefined ? '' : ' The certificate in use stays.';
    const again = new Date(nextMs).toISOString();
    log.write(
      'error',
      'tls',
      `warning: no certificate for ${names.join(', ')}: ${reason}.${held} It is tried again at ${again}`,
    );
  }
}

function ignore(): void {
  // Whoever asked for it hears of it.
}

/** It must wait like any other failure. */
function unexpected(error: unknown): Obtained {
  return { kind: 'failed', reason: messageOf(error), retryAfterMs: 0 };
}
