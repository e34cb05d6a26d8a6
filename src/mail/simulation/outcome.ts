// What a simulation found, as plain data: command by command what was asked, found out, decided and replied, and the plan.

import type { JourneyEvent } from '#mail/journey/event.ts';
import type { SimulationQuestion } from './question.ts';

export interface SimulatedReply {
  readonly code: number;
  readonly enhanced?: string | undefined;
  readonly lines: readonly string[];
}

/** One rule that was asked, in the order in which they are. */
export interface RuleCheck {
  readonly rule: string;
  /** `silent`: it had nothing to say, and the next one was asked; `noted`: what it said decided nothing by itself. */
  readonly outcome: 'silent' | 'noted' | 'permit' | 'reject' | 'defer';
  /** Of a restriction: the setting that it stands in, and how it is written there. */
  readonly list?: string;
  readonly element?: string;
}

export interface SimulationStep {
  /** As the client says it; `` where it connects, `.` for the end of the message. */
  readonly command: string;
  readonly replies: readonly SimulatedReply[];
  /** What the journey of a real message would hold. */
  readonly events: readonly JourneyEvent[];
  readonly checks: readonly RuleCheck[];
  /** What the log would say of a world that fails. */
  readonly complaints: readonly string[];
}

/** A server that would be tried, in this order. */
export interface TriedServer {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** Of the MX record; 0 where there is none. */
  readonly preference: number;
}

export type PlannedEnd =
  | {
      readonly kind: 'file';
      readonly recipient: string;
      readonly account: string;
      readonly mailbox: string;
    }
  | {
      readonly kind: 'queue';
      readonly recipient: string;
      /** `smtp:example.org`, `local:usuario2`. */
      readonly nextHop: string;
      /** Absent where the way leads to no other server. */
      readonly servers?: readonly TriedServer[];
      /** Why there is none that could be tried. */
      readonly failure?: string;
      /** It stays in the queue until somebody releases it: `HOLD` of an access table, or a milter. */
      readonly held?: true;
    }
  /** All of it is thrown away: `DISCARD` of an access table, or a milter. */
  | { readonly kind: 'discard' };

export interface SimulationOutcome {
  readonly question: Omit<SimulationQuestion, 'message'>;
  readonly hostname: string;
  readonly steps: readonly SimulationStep[];
  /** `accepted` for at least one recipient. */
  readonly verdict: 'accepted' | 'refused' | 'deferred';
  /** The rule that decided, where there is one; and what was said. */
  readonly rule: string | undefined;
  readonly reply: SimulatedReply | undefined;
  readonly plan: readonly PlannedEnd[];
}

/** What was not looked at, and taken as harmless. `quota`: how full a mailbox is, is known to the running server only. `services`: see `asksServices`. */
export type SimulationNote = 'quota' | 'services';

export interface ReportedSimulation extends SimulationOutcome {
  readonly notes: readonly SimulationNote[];
}
