// Is mail taken for somebody who does not exist, to be returned, or handed to a server that will not have it? Its bounce would
// go to whomever the envelope names.

import { randomBytes } from 'node:crypto';
import type { AttackHit } from '#mail/interlock/attack-report.ts';
import type { JournalEntry } from '#mail/ports/journal.ts';
import type { NextHop } from '#mail/queue/next-hop.ts';
import type { AttackGround } from './attack-ground.ts';
import type { AttackedServer } from './attacked-server.ts';
import { bringMessage } from './bring-message.ts';
import { inventDomain } from './relay-attack.ts';

/** Those that the settings and the directory name first. */
const MOST_DOMAINS = 100;

export async function attackByBackscatter(server: AttackedServer, ground: AttackGround): Promise<AttackHit[]> {
  const door = server.doors.find(({ service }) => service === 'smtp');
  if (door === undefined) return [];
  const hits: AttackHit[] = [];
  for (const domain of server.domains.flat().slice(0, MOST_DOMAINS)) {
    const nobody = `self-test-${randomBytes(8).toString('hex')}`;
    const shape = { from: `victim@${inventDomain()}`, to: `${nobody}@${domain}` };
    server.takePromises();
    const { reply } = await bringMessage(ground, door, shape);
    if (!server.takePromises().some((entry) => goesBack(entry, nobody))) continue;
    hits.push({ danger: 'backscatter', service: door.service, shape: `RCPT TO:<${shape.to}>`, outcome: reply });
  }
  return hits;
}

/** Under the name that nobody has. A catch-all that leads to one address of somebody's is a mailbox, and knows its mail. */
function goesBack({ plan }: JournalEntry, nobody: string): boolean {
  return plan.actions.some((action) => {
    if (action.kind !== 'queue') return false;
    return action.message.recipients.some(({ address, nextHop }) => {
      return GOES_BACK.has(nextHop.transport) && address.startsWith(nobody);
    });
  });
}

const GOES_BACK: ReadonlySet<NextHop['transport']> = new Set(['smtp', 'error']);
