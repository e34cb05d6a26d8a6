// The milters of a door while a client is there: told of its arrival and its greeting, and at hand for its messages.

import type { DoorMilters, MilterPorts } from '#mail/milters/door-milters.ts';
import { openMilterStay } from '#mail/milters/door-milters.ts';
import { clientMacros, clientOf } from '#mail/milters/macro-values.ts';
import type { MilterStay } from '#mail/milters/milter-stay.ts';
import { decideMilter } from '#mail/policy/milter.ts';
import type { Verdict } from '#mail/policy/verdict.ts';
import type { ConnectionFacts } from '#mail/ports/connection.ts';
import type { AcceptanceWorld } from './acceptance-world.ts';
import type { SessionFacts } from './envelope.ts';
import { LOG_AREAS } from './log-lines.ts';

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
    return await this.#judge(stay, session, { step: 'connect', ...clientOf(session) });
  }

  async judgeGreeting(session: SessionFacts): Promise<Verdict | undefined> {
    const stay = this.#stays.get(session.connection);
    return stay && (await this.#judge(stay, session, { step: 'helo', name: session.helo ?? '' }));
  }

  stayOf({ connection }: SessionFacts): MilterStay | undefined {
    return this.#stays.get(connection);
  }

  leave(connection: ConnectionFacts): void {
    this.#stays.get(connection)?.end();
    this.#stays.delete(connection);
  }

  async #judge(
    stay: MilterStay,
    session: SessionFacts,
    command: Parameters<MilterStay['tell']>[0],
  ): Promise<Verdict | undefined> {
    const wish = await stay.tell(command, clientMacros(session, this.#door.macros));
    return wish?.kind === 'refuse' ? decideMilter(this.#door.list, wish) : undefined;
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
