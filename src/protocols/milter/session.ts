// The milter protocol as a function of state and event, as the one who asks: an offer and its answer, then one step after
// the other. It neither waits nor reads: octets to send, and answers, leave as effects.

import { unreachable } from '#base/unreachable.ts';
import { formatCommand, formatMacros, isMacroStage, type MacroValues, type MilterCommand } from './command.ts';
import {
  formatOffer,
  isAnswered,
  isKnown,
  isWanted,
  type MilterAgreement,
  type MilterOffer,
  type MilterStep,
  parseAgreement,
} from './negotiation.ts';
import type { Packet } from './packet.ts';
import { type MilterChange, type MilterVerdict, parseReply } from './reply.ts';

export type MilterState =
  | { readonly phase: 'negotiating'; readonly offer: MilterOffer }
  | { readonly phase: 'agreed'; readonly agreement: MilterAgreement }
  | { readonly phase: 'asked'; readonly agreement: MilterAgreement; readonly step: MilterStep }
  /** It said what cannot be understood; nothing is known of what it thinks. */
  | { readonly phase: 'broken' };

export type MilterEvent =
  | { readonly kind: 'tell'; readonly command: MilterCommand; readonly macros: MacroValues }
  | { readonly kind: 'packet'; readonly packet: Packet };

export type MilterEffect =
  | { readonly kind: 'send'; readonly octets: Buffer }
  | { readonly kind: 'change'; readonly change: MilterChange }
  /** The step is over; or the handshake, which is answered with `continue`. */
  | { readonly kind: 'answer'; readonly verdict: MilterVerdict }
  /** For the log. */
  | { readonly kind: 'mistake'; readonly text: string };

export interface MilterStepTaken {
  readonly state: MilterState;
  readonly effects: readonly MilterEffect[];
}

const CONTINUE: MilterEffect = { kind: 'answer', verdict: { kind: 'continue' } };

export function beginMilter(offer: MilterOffer): MilterStepTaken {
  return { state: { phase: 'negotiating', offer }, effects: [{ kind: 'send', octets: formatOffer(offer) }] };
}

/** Throws only where the caller breaks the contract: an event that the phase does not wait for. */
export function stepMilter(state: MilterState, event: MilterEvent): MilterStepTaken {
  switch (state.phase) {
    case 'negotiating':
      return event.kind === 'packet' ? negotiated(event.packet, state.offer) : unexpected(state, event);
    case 'agreed':
      return event.kind === 'tell' ? tell(state.agreement, event) : mistake('it speaks without being asked');
    case 'asked':
      return event.kind === 'packet' ? answered(state, event.packet) : unexpected(state, event);
    case 'broken':
      return unexpected(state, event);
    default:
      return unreachable(state);
  }
}

function negotiated(packet: Packet, offer: MilterOffer): MilterStepTaken {
  const parsed = parseAgreement(packet, offer);
  if (!parsed.ok) return mistake(parsed.error);
  return { state: { phase: 'agreed', agreement: parsed.value }, effects: [CONTINUE] };
}

/** Macros are sent even where the step is not wanted, for the steps that follow. */
function tell(
  agreement: MilterAgreement,
  { command, macros }: Extract<MilterEvent, { kind: 'tell' }>,
): MilterStepTaken {
  const { step } = command;
  const effects: MilterEffect[] = [];
  if (isMacroStage(step) && isKnown(agreement, step)) {
    effects.push({ kind: 'send', octets: formatMacros(step, agreement.macros[step], macros) });
  }
  const wanted = isWanted(agreement, step);
  if (wanted) effects.push({ kind: 'send', octets: formatCommand(command) });
  if (wanted && isAnswered(agreement, step)) return { state: { phase: 'asked', agreement, step }, effects };
  return { state: { phase: 'agreed', agreement }, effects: [...effects, CONTINUE] };
}

function answered(state: Extract<MilterState, { phase: 'asked' }>, packet: Packet): MilterStepTaken {
  const parsed = parseReply(packet, state.step);
  if (!parsed.ok) return mistake(parsed.error);
  const reply = parsed.value;
  switch (reply.kind) {
    case 'progress':
      return { state, effects: [] };
    case 'change':
      return { state, effects: [reply] };
    case 'verdict':
      return {
        state: { phase: 'agreed', agreement: state.agreement },
        effects: [{ kind: 'answer', verdict: reply.verdict }],
      };
    default:
      return unreachable(reply);
  }
}

function mistake(text: string): MilterStepTaken {
  return { state: { phase: 'broken' }, effects: [{ kind: 'mistake', text }] };
}

function unexpected(state: MilterState, event: MilterEvent): never {
  throw new Error(`milter protocol: ${event.kind} in phase ${state.phase}`);
}
