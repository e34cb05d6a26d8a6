// One connection to a policy service: question, answer, question, answer. What does not fit that ends it.

import { err, ok, type Result } from '#base/result.ts';
import { TimedOut, WorldError } from '#base/world-error.ts';
import type { OutgoingConnection } from '#mail/ports/dialer.ts';
import { PolicyReplyReader } from '#protocols/policy/reply.ts';

const TIMED_OUT = 'Connection timed out';

export type PolicyStream = Pick<OutgoingConnection, 'isQuiet' | 'read' | 'write' | 'destroy'>;

export interface PolicyFailure {
  readonly reason: 'closed' | 'timed-out' | 'malformed';
  /** For the log. */
  readonly text: string;
}

export class PolicyConnection {
  readonly openedMs: number;
  readonly #stream: PolicyStream;
  readonly #nowMs: () => number;
  #questions = 0;
  #isInStep = true;

  constructor(stream: PolicyStream, nowMs: () => number) {
    this.#stream = stream;
    this.#nowMs = nowMs;
    this.openedMs = nowMs();
  }

  get questions(): number {
    return this.#questions;
  }

  /** Another question may be put. */
  get isUsable(): boolean {
    return this.#isInStep && this.#stream.isQuiet;
  }

  /** The action. After a failure the connection is of no use. */
  async ask(request: string, withinMs: number): Promise<Result<string, PolicyFailure>> {
    const untilMs = this.#nowMs() + withinMs;
    const reader = new PolicyReplyReader();
    this.#questions += 1;
    this.#isInStep = false;
    try {
      await this.#stream.write(request);
      for (;;) {
        const leftMs = untilMs - this.#nowMs();
        if (leftMs <= 0) return err({ reason: 'timed-out', text: TIMED_OUT });
        const octets = await this.#stream.read(Math.ceil(leftMs));
        if (octets === undefined) return err({ reason: 'closed', text: 'it closed the connection' });
        const reply = reader.push(octets);
        if (!reply.ok) return err({ reason: 'malformed', text: reply.error });
        if (reply.value === undefined) continue;
        this.#isInStep = !reader.hasMore;
        return ok(reply.value);
      }
    } catch (error) {
      if (!(error instanceof WorldError)) throw error;
      if (error instanceof TimedOut) return err({ reason: 'timed-out', text: TIMED_OUT });
      return err({ reason: 'closed', text: error.message });
    }
  }

  destroy(): void {
    this.#stream.destroy();
  }
}
