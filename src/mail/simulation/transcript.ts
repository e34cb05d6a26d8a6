// What was said and what happened meanwhile, command by command.

import type { JourneyEvent } from '#mail/journey/event.ts';
import type { SmtpReply } from '#protocols/smtp/reply.ts';
import type { RuleCheck } from './outcome.ts';

export interface Exchange {
  /** `` where the client connects, `.` for the end of the message. */
  readonly command: string;
  readonly replies: SmtpReply[];
  readonly events: JourneyEvent[];
  /** What the log would say, of everything that is worse than it should be. */
  readonly complaints: string[];
  /** Restrictions, as they were asked. */
  readonly checks: RuleCheck[];
}

export class Transcript {
  readonly exchanges: Exchange[] = [];

  begin(command: string): Exchange {
    const exchange: Exchange = { command, replies: [], events: [], complaints: [], checks: [] };
    this.exchanges.push(exchange);
    return exchange;
  }

  event(event: JourneyEvent): void {
    this.exchanges.at(-1)?.events.push(event);
  }

  check(check: RuleCheck): void {
    this.exchanges.at(-1)?.checks.push(check);
  }

  complaint(text: string): void {
    this.exchanges.at(-1)?.complaints.push(text);
  }
}
