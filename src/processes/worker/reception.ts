// How a connection comes in: whom a proxy brings is asked of the proxy; counted first, then TLS where the door has it from the first byte on, then served, or told
// why it may not stay.

import { isInAnyNetwork } from '#base/ip-network.ts';
import { WorldError } from '#base/world-error.ts';
import type { Log } from '#mail/ports/log.ts';
import type { Visitors } from '#mail/visitors/visitors.ts';
import type { ChallengeAnswers } from '#platform/acme/challenge-answers.ts';
import { answerTlsChallenge } from '#platform/acme/tls-challenge.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { hearProxy } from '#platform/sockets/proxied-client.ts';
import type { SocketConnection } from '#platform/sockets/socket-connection.ts';
import type { Service } from './interior.ts';
import type { Safety } from './safety.ts';

export interface ReceptionPorts {
  readonly visitors: Visitors;
  readonly log: Log;
  readonly safety: Pick<Safety, 'arrive'>;
  readonly certificates: { readonly challenges: ChallengeAnswers };
}

export async function receive(
  connection: SocketConnection,
  service: Service,
  { visitors, log, safety, certificates }: ReceptionPorts,
): Promise<void> {
  if (isInAnyNetwork(connection.facts.clientAddress, service.proxies)) {
    const heard = await hearProxy(connection, systemClock.nowMs).then(
      () => true,
      (error: unknown) => reportProxy(error, connection, service, log),
    );
    if (!heard) return;
  }
  if (service.door.service === 'smtp') safety.arrive(connection.facts.clientAddress);
  using visit = visitors.enter(connection.facts, service.door);
  const { refusal } = visit;
  // Handshakes cost: in a flood not everybody gets one only to hear a refusal. The listener drops the connection.
  if (refusal?.heard === false) return;
  if (service.door.service === 'https' && (await answerTlsChallenge(connection, certificates.challenges))) return;
  if (service.implicitTls) await connection.startTls();
  if (refusal !== undefined) return await service.turnAway(connection, refusal.text);
  await service.serve(connection, visit);
}

function reportProxy(error: unknown, { facts }: SocketConnection, { door }: Service, log: Log): false {
  if (!(error instanceof WorldError)) throw error;
  const { clientAddress, connectionId: session } = facts;
  log.write('warn', door.area, `warning: the proxy ${clientAddress} named no client: ${error.message}`, { session });
  return false;
}
