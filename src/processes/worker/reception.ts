// How a connection comes in: counted first, then TLS where the door has it from the first byte on, then served, or told
// why it may not stay.

import type { Connection } from '#mail/ports/connection.ts';
import type { Visitors } from '#mail/visitors/visitors.ts';
import type { Service } from './services.ts';

export async function receive(connection: Connection, service: Service, visitors: Visitors): Promise<void> {
  using visit = visitors.enter(connection.facts, service.door);
  const { refusal } = visit;
  // Handshakes cost: in a flood not everybody gets one only to hear a refusal. The listener drops the connection.
  if (refusal?.heard === false) return;
  if (service.implicitTls) await connection.startTls();
  if (refusal !== undefined) return await service.turnAway(connection, refusal.text);
  await service.serve(connection, visit);
}
