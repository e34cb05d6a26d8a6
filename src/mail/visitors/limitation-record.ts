// Who is being limited, for the log, the journey and `valija status`. A flood is told once a minute for each network and
// rule, with how many were turned away meanwhile; the record itself is bounded, the least recent going first.

import type { Limitation } from '#mail/policy/connection.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { ConnectionFacts } from '#mail/ports/connection.ts';
import type { JourneyLog } from '#mail/ports/journey-log.ts';
import type { Log } from '#mail/ports/log.ts';
import type { LimitStatus } from '#mail/ports/status-source.ts';
import { wordsOf } from './limitation-words.ts';

export interface LimitationRecordOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly journeyLog: JourneyLog;
  readonly mostRemembered: number;
}

/** Somebody was turned away. */
export interface Occasion {
  readonly limitation: Limitation;
  /** Its service, and the log's word for it. */
  readonly door: { readonly service: string; readonly area: string };
  readonly network: string;
  /** Where it is about one account. */
  readonly account: AccountId | undefined;
  readonly facts: ConnectionFacts;
}

interface Entry {
  readonly service: string;
  readonly network: string;
  readonly account: AccountId | undefined;
  readonly sinceMs: number;
  limitation: Limitation;
  lastMs: number;
  toldMs: number;
  refused: number;
  untold: number;
}

/** The network of a limit that is about no single one. */
const EVERYBODY = '*';
/** Between two lines about the same, and how long after the last refusal one still counts as limited. */
const MINUTE_MS = 60_000;

export class LimitationRecord {
  readonly #entries = new Map<string, Entry>();
  readonly #options: LimitationRecordOptions;

  constructor(options: LimitationRecordOptions) {
    this.#options = options;
  }

  note(occasion: Occasion): void {
    const nowMs = this.#options.clock.nowMs();
    const entry = this.#touch(occasion, nowMs);
    entry.limitation = occasion.limitation;
    entry.lastMs = nowMs;
    entry.refused += 1;
    if (nowMs - entry.toldMs < MINUTE_MS) {
      entry.untold += 1;
      return;
    }
    this.#tell(occasion, entry.untold);
    entry.toldMs = nowMs;
    entry.untold = 0;
  }

  /** Who was turned away within the last minute, the most recent first. */
  current(): LimitStatus[] {
    const nowMs = this.#options.clock.nowMs();
    const current = [...this.#entries.values()].filter(({ lastMs }) => nowMs - lastMs < MINUTE_MS).reverse();
    return current.map(
      ({ limitation: { rule, count, limit }, service, network, account, refused, sinceMs, lastMs }) => ({
        ...{ rule, count, limit },
        service,
        network,
        account,
        refused,
        sinceMs,
        untilMs: lastMs + MINUTE_MS,
      }),
    );
  }

  #touch({ limitation, door, network: from, account }: Occasion, nowMs: number): Entry {
    const network = limitation.aboutNetwork ? from : EVERYBODY;
    const key = `${door.service} ${limitation.rule} ${network} ${account ?? ''}`;
    const known = this.#entries.get(key);
    this.#entries.delete(key);
    const stale = known === undefined || nowMs - known.lastMs >= MINUTE_MS;
    const fresh = { refused: 0, untold: 0, sinceMs: nowMs, lastMs: nowMs, toldMs: Number.NEGATIVE_INFINITY };
    const entry = stale ? { service: door.service, network, account, limitation, ...fresh } : known;
    this.#entries.set(key, entry);
    if (this.#entries.size > this.#options.mostRemembered) {
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest);
        break;
      }
    }
    return entry;
  }

  #tell({ limitation, door, network, account, facts }: Occasion, untold: number): void {
    const { log, journeyLog } = this.#options;
    const { rule, count, limit } = limitation;
    const who = account === undefined ? '' : `user=<${account}> `;
    const { inLog, toClient } = wordsOf(limitation);
    const again = untold === 0 ? '' : ` (and ${untold} more since the last line)`;
    const place = `${count} from unknown[${facts.clientAddress}] for service ${door.service}${again}`;
    const session = facts.connectionId;
    log.write('warn', door.area, `warning: ${who}${inLog}: ${place}`, { rule, limit, network, journey: session });
    journeyLog.record(session, {
      kind: 'judged',
      stage: 'connection',
      subject: facts.clientAddress,
      outcome: 'defer',
      rule,
      reply: toClient(limitation, facts.clientAddress),
      facts: { count, limit, network },
    });
  }
}
