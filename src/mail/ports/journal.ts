// Where a 250 becomes a promise: when `commit` resolves, message and plan are on stable storage and each action of the
// plan will be done, whatever happens. Throws WorldError when that cannot be said (451 4.3.0, or 452 on a full disk).

import type { Envelope } from '#mail/acceptance/envelope.ts';
import type { Plan } from '#mail/acceptance/plan.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';

export interface JournalEntry {
  readonly queueId: string;
  /** When MAIL was said: delays in the log count from here. */
  readonly arrivedMs: number;
  readonly envelope: Envelope;
  readonly plan: Plan;
  /** The message as accepted, without trace headers of ours: they differ per recipient and stand in the plan. */
  readonly content: MessageContent;
}

export interface Journal {
  commit(entry: JournalEntry): Promise<void>;
}
