// Would a stranger's message go on to another server? It is tried to its end: what counts is not the reply but where the
// plan of the accepted message leads.

import { randomBytes } from 'node:crypto';
import type { AttackHit } from '#mail/interlock/attack-report.ts';
import type { JournalEntry } from '#mail/ports/journal.ts';
import type { AttackGround } from './attack-ground.ts';
import type { AttackedDoor, AttackedServer } from './attacked-server.ts';
import { type Bringing, bringMessage } from './bring-message.ts';
import { LITERAL, plainShapes, type RelayShape, routedShapes } from './relay-shapes.ts';

/** A pattern of `relay_domains` may have everything under one of these. */
const TOP_LEVEL_NAMES = ['com', 'net', 'org', 'info', 'es', 'mx'];
const SMTP_DOORS: ReadonlySet<string> = new Set(['smtp', 'submission', 'submissions', 'lmtp']);
const NEEDS_LOGIN = /^5\d\d 5\.7\.0 /;

export async function attackAsRelay(server: AttackedServer, ground: AttackGround): Promise<AttackHit[]> {
  const hits: AttackHit[] = [];
  for (const door of server.doors) {
    if (!SMTP_DOORS.has(door.service)) continue;
    for (const { shape, foreign } of shapesFor(server)) {
      server.takePromises();
      const brought = await bringMessage(ground, door, shape);
      const carried = server.takePromises().some((entry) => leadsTo(entry, foreign));
      if (carried) hits.push(describe(door, shape, brought));
      // Whoever must log in first gets no further in any shape.
      if (brought.stage === 'mail' && NEEDS_LOGIN.test(brought.reply)) break;
    }
  }
  return hits;
}

/** A name that nobody has, and that means nothing. */
export function inventDomain(topLevelName = 'com'): string {
  return `self-test-${randomBytes(8).toString('hex')}.${topLevelName}`;
}

function shapesFor({ domains, hostname }: AttackedServer): { shape: RelayShape; foreign: string }[] {
  const foreign = inventDomain();
  const shapes = [
    ...plainShapes({ foreign, here: hostname }),
    ...[...new Set([hostname, ...domains.flatMap((ofClass) => ofClass.slice(0, 1))])].flatMap((here) =>
      routedShapes({ foreign, here }),
    ),
  ].map((shape) => ({ shape, foreign }));
  for (const name of TOP_LEVEL_NAMES.slice(1)) {
    const other = inventDomain(name);
    shapes.push({ shape: { from: `spam@${other}`, to: `self-test@${other}` }, foreign: other });
  }
  return shapes;
}

/**
 * The name is nowhere but in what the attack said. It counts where it is the recipient's domain, or stands in a recipient that
 * goes on as it was said, for the next server to follow; a name that a table of ours rewrote leads where the table says.
 */
function leadsTo({ plan }: JournalEntry, foreign: string): boolean {
  return plan.actions.some((action) => {
    if (action.kind !== 'queue') return false;
    return action.message.recipients.some(({ address, original, nextHop }) => {
      const domain = domainOf(address);
      const isRouted = domain === domainOf(original) && address.includes(foreign);
      const leaves = nextHop.transport === 'smtp' || nextHop.transport === 'lmtp';
      return leaves && (domain === foreign || domain === LITERAL || isRouted);
    });
  });
}

/** `` where there is none. */
function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at === -1 ? '' : address.slice(at + 1);
}

function describe({ service }: AttackedDoor, { from, to }: RelayShape, { reply }: Bringing): AttackHit {
  return { danger: 'open_relay', service, shape: `MAIL FROM:<${from}> RCPT TO:<${to}>`, outcome: reply };
}
