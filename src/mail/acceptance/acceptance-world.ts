// What acceptance needs of the world and of the configuration; handed in where the server is put together.

import type { IpNetwork } from '#base/ip-network.ts';
import type { DoorMilters, MilterPorts } from '#mail/milters/door-milters.ts';
import type { AuthenticationPolicy } from '#mail/policy/authentication.ts';
import type { RejectCodes } from '#mail/policy/recipient.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Directory } from '#mail/ports/directory.ts';
import type { FactFinder } from '#mail/ports/fact-finder.ts';
import type { Journal } from '#mail/ports/journal.ts';
import type { JourneyLog } from '#mail/ports/journey-log.ts';
import type { Log } from '#mail/ports/log.ts';
import type { MailStore } from '#mail/ports/mail-store.ts';
import type { MessageReports } from '#mail/ports/message-reports.ts';
import type { RecipientProbe } from '#mail/ports/recipient-probe.ts';
import type { SenderAuthentication } from '#mail/ports/sender-authentication.ts';
import type { Restrictions } from '#mail/restrictions/judge-command.ts';
import type { Routing } from '#mail/routing/routing.ts';
import type { Signing } from './signing.ts';

/** Postfix's parameters of the same names. */
export interface AcceptanceSettings extends RejectCodes {
  readonly myhostname: string;
  /** Bytes; 0 means no limit. */
  readonly message_size_limit: number;
  readonly header_size_limit: number;
  readonly hopcount_limit: number;
  readonly smtpd_recipient_limit: number;
  /** In Authentication-Results; without it `myhostname`. */
  readonly authserv_id?: string | undefined;
  /** Clients that may send to other servers without a login. */
  readonly mynetworks: readonly IpNetwork[];
}

/** How strangers are asked who they are, and what becomes of the answers. */
export interface SenderChecks {
  readonly authentication: SenderAuthentication;
  readonly policy: AuthenticationPolicy;
}

export interface AcceptanceWorld {
  readonly clock: Clock;
  /** One for the whole server: `createQueueIds`. */
  readonly nextQueueId: () => string;
  readonly directory: Directory;
  /** Only asked how full a mailbox is. */
  readonly mailStore: Pick<MailStore, 'quotaUsage'>;
  readonly journal: Journal;
  readonly journeyLog: JourneyLog;
  readonly log: Log;
  readonly settings: AcceptanceSettings;
  readonly routing: Routing;
  /** Asks the servers behind `relay_domains` who is there; absent where nobody is to be asked. */
  readonly recipientProbe?: RecipientProbe | undefined;
  /** Absent where nobody asks who strangers are. */
  readonly senderChecks?: SenderChecks | undefined;
  /** Hears of what was decided; absent where nobody reports. */
  readonly reports?: MessageReports | undefined;
  /** Absent where nothing is signed. */
  readonly signing?: Signing | undefined;
  /** What a listener asks of its clients; absent only for what is posted within. */
  readonly restrictions?: Restrictions | undefined;
  /** Programs that are told of clients and messages, and have a say; absent where there are none. */
  readonly milters?: DoorMilters | undefined;
  /** Without it no milter is asked. */
  readonly milterPorts?: MilterPorts | undefined;
  /** Answers what restrictions ask; without it nothing can be found out. */
  readonly factFinder?: FactFinder | undefined;
}

/** At a door to the network nobody comes in unasked. */
export type DoorWorld = AcceptanceWorld & { readonly restrictions: Restrictions };
