// What an answer of a milter means at the step that it was given at: Postfix's replies, and its milter_default_action where
// a milter cannot be asked.

import { unreachable } from '#base/unreachable.ts';
import type { Milter, MilterAnswer } from '#mail/ports/milter.ts';
import type { MilterStep } from '#protocols/milter/negotiation.ts';
import type { MilterDefaultAction } from '#protocols/milter/service-spec.ts';
import { reply, type SmtpReply } from '#protocols/smtp/reply.ts';

/** What a milter wants to become of a message, a recipient, or a client. */
export type MilterWish =
  | { readonly kind: 'refuse'; readonly reply: SmtpReply }
  | { readonly kind: 'discard' }
  | { readonly kind: 'hold'; readonly reason: string };

export interface MilterOutcome {
  readonly wish: MilterWish | undefined;
  /** How long it holds: for this step, until the message ends, or as long as the client is here. */
  readonly lasts: 'step' | 'message' | 'stay';
  /** The milter could not be asked; for the log. */
  readonly failure?: string;
}

const REJECTED: MilterWish = { kind: 'refuse', reply: reply(550, '5.7.1', 'Command rejected') };
const LATER: MilterWish = { kind: 'refuse', reply: reply(451, '4.7.1', 'Service unavailable - try again later') };
const CLOSING: MilterWish = { kind: 'refuse', reply: reply(421, '4.7.0', 'Server closing connection') };

const WITHOUT_IT: Readonly<Record<MilterDefaultAction, MilterWish | undefined>> = {
  accept: undefined,
  reject: { kind: 'refuse', reply: reply(550, '5.5.0', 'Service unavailable') },
  tempfail: LATER,
  quarantine: { kind: 'hold', reason: 'the milter could not be asked' },
  shutdown: { kind: 'refuse', reply: reply(421, '4.7.1', 'Service unavailable - try again later') },
};

export function outcomeOf(answer: MilterAnswer, step: MilterStep, milter: Milter): MilterOutcome {
  const isOfClient = step === 'connect' || step === 'helo';
  switch (answer.kind) {
    case 'continue':
    case 'skip':
      return { wish: undefined, lasts: 'step' };
    case 'accept':
      return { wish: undefined, lasts: isOfClient ? 'stay' : 'message' };
    case 'discard':
      return isOfClient
        ? failedOutcome(milter, `milter ${milter.name}: DISCARD action is not allowed for connect or helo`)
        : { wish: { kind: 'discard' }, lasts: 'message' };
    case 'reject':
      return { wish: REJECTED, lasts: isOfClient ? 'stay' : 'step' };
    case 'tempfail':
      return { wish: LATER, lasts: isOfClient ? 'stay' : 'step' };
    case 'reply':
      return { wish: { kind: 'refuse', reply: answer.reply }, lasts: isOfClient ? 'stay' : 'step' };
    case 'shutdown':
      return { wish: CLOSING, lasts: 'stay' };
    case 'failed':
      return failedOutcome(milter, answer.text);
    default:
      return unreachable(answer);
  }
}

function failedOutcome({ defaultAction }: Milter, failure: string): MilterOutcome {
  return { wish: WITHOUT_IT[defaultAction], lasts: 'stay', failure };
}
