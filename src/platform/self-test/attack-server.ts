// The server attacks itself, as a stranger would from outside: every way that made servers dangerous, one after the other,
// through the doors as they are. Nothing that it brings is kept.

import type { AttackHit, AttackReport } from '#mail/interlock/attack-report.ts';
import type { Clock } from '#mail/ports/clock.ts';
import { AttackGround } from './attack-ground.ts';
import type { AttackedServer } from './attacked-server.ts';
import { attackByBackscatter } from './backscatter-attack.ts';
import { attackInClear } from './clear-text-attack.ts';
import { attackAsRelay } from './relay-attack.ts';
import { attackBySmuggling } from './smuggling-attack.ts';
import { attackByStartTls } from './starttls-attack.ts';

export async function attackServer(server: AttackedServer, clock: Clock): Promise<AttackReport> {
  const startedMs = clock.nowMs();
  await using ground = await AttackGround.open(server);
  const smuggling = await attackBySmuggling(server, ground);
  const hits: AttackHit[] = [
    ...(await attackAsRelay(server, ground)),
    ...smuggling.hits,
    ...(await attackByStartTls(server, ground)),
    ...(await attackInClear(server, ground)),
    ...(await attackByBackscatter(server, ground)),
  ];
  return {
    startedMs,
    durationMs: clock.nowMs() - startedMs,
    clientAddress: server.clientAddress,
    tried: ground.visits,
    hits: fewOfEach(hits),
    untried: smuggling.untried,
  };
}

/** One proof would do; hundreds would be too much for a log and a status. */
const MOST_OF_A_KIND = 3;

function fewOfEach(hits: readonly AttackHit[]): AttackHit[] {
  const counts = new Map<string, number>();
  return hits.filter(({ danger, service }) => {
    const kind = `${danger} ${service}`;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return count <= MOST_OF_A_KIND;
  });
}
