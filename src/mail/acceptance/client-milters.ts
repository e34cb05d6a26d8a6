// The milters of a door while a client is there: told of its arrival and its greeting, and at hand for its messages.

import type { DoorMilters, MilterPorts } from '#mail/milters/door-milters.ts';
import { openMilterStay } from '#mail/milters/door-milters.ts';
import { clientMacros, clientOf } from '#mail/milters/macro-values.ts';
import type { MilterStay, NamedWish } from '#mail/milters/milter-stay.ts';
import { decideMilter } from '#mail/policy/milter.ts';
import type { Verdict } from '#mail/policy/verdict.ts';
import type { ConnectionFacts } from '#mail/ports/connection.ts';
import type { AcceptanceWorld } from './acceptance-world.ts';
import type { SessionFacts } from './envelope.ts';
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
    const stay = openStay(this.#world, this.#door, this.#ports, session, session.connection.connectionId);
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
