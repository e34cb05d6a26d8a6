// The milters of a door while a client is there: told of its arrival and its greeting, and at hand for its messages.

import { ok, type Result } from '#base/result.ts';
import type { DoorMilters, MilterPorts } from '#mail/milters/door-milters.ts';
import { openMilterStay } from '#mail/milters/door-milters.ts';
import { clientMacros, clientOf } from '#mail/milters/macro-values.ts';
import { findMilters } from '#mail/milters/milter-maps.ts';
import type { MilterStay, NamedWish } from '#mail/milters/milter-stay.ts';
import { decideMilter } from '#mail/policy/milter.ts';
import type { Verdict } from '#mail/policy/verdict.ts';
import type { ConnectionFacts } from '#mail/ports/connection.ts';
import type { Milter } from '#mail/ports/milter.ts';
import { reply } from '#protocols/smtp/reply.ts';
import type { AcceptanceWorld } from './acceptance-world.ts';
import type { SessionFacts } from './envelope.ts';
import { FactTrail } from './fact-trail.ts';
import { COMMANDS } from './judgement-record.ts';
import { LOG_AREAS, refusalLine } from './log-lines.ts';

export class ClientMilters {
  readonly #world: AcceptanceWorld;
  readonly #door: DoorMilters;
  readonly #ports: MilterPorts;
  readonly #stays = new WeakMap<ConnectionFacts, MilterStay>();

  constructor(world: AcceptanceWorld, door: DoorMilters, ports: MilterPorts) {
    this.#world = world;
    this.#door = door;
    this.#ports = ports;
  }

  /** `undefined` where none of them has anything against the client. */
  async judgeConnection(session: SessionFacts): Promise<Verdict | undefined> {
    const milters = await this.#findMilters(session);
    if (!milters.ok) return this.#giveUp(milters.error);
    const door = { ...this.#door, milters: milters.value };
    const stay = openStay(this.#world, door, this.#ports, session, session.connection.connectionId);
    this.#stays.set(session.connection, stay);
    const wish = await this.#tell(stay, session, { step: 'connect', ...clientOf(session) });
    return this.#conclude('connection', session, wish);
  }

  async judgeGreeting(session: SessionFacts): Promise<Verdict | undefined> {
    const stay = this.#stays.get(session.connection);
    if (stay === undefined || stay.isSettled) return undefined;
    const wish = await this.#tell(stay, session, { step: 'helo', name: session.helo ?? '' });
    return this.#conclude('greeting', session, wish);
  }

  stayOf({ connection }: SessionFacts): MilterStay | undefined {
    return this.#stays.get(connection);
  }

  leave(connection: ConnectionFacts): void {
    this.#stays.get(connection)?.end();
    this.#stays.delete(connection);
  }

  async #findMilters(session: SessionFacts): Promise<Result<readonly Milter[], string>> {
    const { milters, maps } = this.#door;
    const { factFinder, journeyLog, log } = this.#world;
    if (maps === undefined || factFinder === undefined) return ok(milters);
    const { connectionId: instance } = session.connection;
    const unsaid = {
      sender: null,
      parameters: undefined,
      recipient: undefined,
      recipientCount: 0,
      sizeBytes: undefined,
    };
    const context = { state: 'CONNECT', session, instance, ...unsaid } as const;
    const trail = new FactTrail(journeyLog, instance);
    return await findMilters(milters, maps, context, {
      finder: factFinder,
      note: (fact) => trail.note('connection', context, fact),
      warn: (text) => log.write('warn', LOG_AREAS[session.profile], `warning: ${text}`, { journey: instance }),
    });
  }

  /** Which milters should look at this client is not known: it comes again, and finds the table mended. */
  #giveUp(mistake: string): Verdict {
    this.#world.log.write('error', 'smtpd', `smtpd_milter_maps: ${mistake}`);
    return { outcome: 'defer', rule: 'smtpd_milter_maps', reply: reply(421, '4.3.5', 'Server configuration error') };
  }

  #tell(stay: MilterStay, session: SessionFacts, command: Parameters<MilterStay['tell']>[0]) {
    return stay.tell(command, clientMacros(session, this.#door.macros));
  }

  /** As with Postfix, 421 ends the connection at once; any other refusal is written down now, and said to MAIL. */
  #conclude(stage: 'connection' | 'greeting', session: SessionFacts, wish: NamedWish | undefined): Verdict | undefined {
    if (wish?.kind !== 'refuse') return undefined;
    const verdict = decideMilter(this.#door.list, wish);
    if (verdict.reply.code === 421) return verdict;
    const noted = { id: 'NOQUEUE', command: COMMANDS[stage], session, from: undefined, to: undefined };
    const line = refusalLine({ ...noted, word: 'milter-reject', verdict });
    this.#world.log.write('info', LOG_AREAS[session.profile], line, { journey: session.connection.connectionId });
    return undefined;
  }
}

/** `key`: under which the journey is told that a milter could not be asked. */
export function openStay(
  { settings, log, journeyLog }: AcceptanceWorld,
  door: DoorMilters,
  ports: MilterPorts,
  { profile }: SessionFacts,
  key: string,
): MilterStay {
  return openMilterStay(door, ports, {
    messageOctets: settings.message_size_limit,
    warn(text) {
      log.write('warn', LOG_AREAS[profile], `warning: ${text}`, { journey: key });
      journeyLog.record(key, { kind: 'milter-failed', text });
    },
  });
}
