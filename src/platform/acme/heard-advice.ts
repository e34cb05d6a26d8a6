// What authorities said last of the renewal of certificates: in memory, for they are asked again after a start. RFC 9773 §4.3.

import { advicePauseMs, type RenewalAdvice } from '#mail/certificates/renewal-advice.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Log } from '#mail/ports/log.ts';
import type { CheckedPair } from '../tls/checked-pair.ts';

export interface AdviceWorld {
  readonly clock: Clock;
  readonly log: Log;
  advise(certificates: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, RenewalAdvice>>;
}

interface Heard {
  /** Of the certificate that it was about. */
  readonly fingerprint: string;
  readonly advice: RenewalAdvice | undefined;
  readonly askAgainMs: number;
}

interface HeldCertificate {
  readonly id: string;
  readonly pair: CheckedPair | undefined;
}

export class HeardAdvice {
  readonly #world: AdviceWorld;
  readonly #heard = new Map<string, Heard>();

  constructor(world: AdviceWorld) {
    this.#world = world;
  }

  /** None of another certificate that was called so. */
  find(id: string, fingerprint: string | undefined): RenewalAdvice | undefined {
    const heard = this.#heard.get(id);
    return heard?.fingerprint === fingerprint ? heard?.advice : undefined;
  }

  /** About those whose time has come; what is known of the others stays. */
  async ask(certificates: readonly HeldCertificate[]): Promise<void> {
    const nowMs = this.#world.clock.nowMs();
    const due = certificates.flatMap(({ id, pair }) =>
      pair !== undefined && this.#isDue(id, pair, nowMs) ? { id, pair } : [],
    );
    if (due.length === 0) return;
    const answers = await this.#world.advise(new Map(due.map(({ id, pair }) => [id, pair.certificate])));
    for (const { id, pair } of due) {
      const { fingerprint } = pair.facts;
      const before = this.find(id, fingerprint);
      // An authority that is silent now has not taken back what it said.
      const advice = answers.get(id) ?? before;
      if (advice !== undefined) this.#tell(id, advice, before);
      const askAgainMs = answers.get(id)?.askAgainMs ?? nowMs + advicePauseMs(0);
      this.#heard.set(id, { fingerprint, advice, askAgainMs });
    }
  }

  #isDue(id: string, { facts }: CheckedPair, nowMs: number): boolean {
    const heard = this.#heard.get(id);
    return heard?.fingerprint !== facts.fingerprint || heard.askAgainMs <= nowMs;
  }

  #tell(id: string, { authority, window, explanation }: RenewalAdvice, before: RenewalAdvice | undefined): void {
    if (before?.window.startMs === window.startMs && before.window.endMs === window.endMs) return;
    const [start, end] = [window.startMs, window.endMs].map((ms) => new Date(ms).toISOString());
    const why = explanation === undefined ? '' : `; why: ${explanation}`;
    const text = `${new URL(authority).hostname} wants the certificate ${id} to be renewed between ${start} and ${end}${why}`;
    this.#world.log.write('info', 'tls', text);
  }
}
