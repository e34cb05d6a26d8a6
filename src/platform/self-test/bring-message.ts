// One message from EHLO to the reply to its end, as far as the server lets it come.

import type { AttackClient } from './attack-client.ts';
import type { AttackGround } from './attack-ground.ts';
import type { AttackedDoor } from './attacked-server.ts';
import type { RelayShape } from './relay-shapes.ts';

export interface Bringing {
  /** What the reply answered. */
  readonly stage: 'greeting' | 'mail' | 'recipient' | 'content';
  readonly reply: string;
}

const MESSAGE = 'Subject: self-test\r\n\r\nNobody gets this.\r\n';

export async function bringMessage(ground: AttackGround, door: AttackedDoor, shape: RelayShape): Promise<Bringing> {
  using client = await ground.connect(door);
  const opened = await openEnvelope(client, door, shape);
  if (opened !== undefined) return opened;
  const invited = await client.say('DATA');
  if (!invited.startsWith('354')) return { stage: 'content', reply: invited };
  return { stage: 'content', reply: await client.say(`${MESSAGE}.`) };
}

/** `undefined` when the recipient was accepted; else how far it came. STARTTLS is used where the server insists on it. */
export async function openEnvelope(
  client: AttackClient,
  door: AttackedDoor,
  { from, to }: RelayShape,
): Promise<Bringing | undefined> {
  const hello = door.service === 'lmtp' ? 'LHLO' : 'EHLO';
  await client.reply();
  const greeting = await client.say(`${hello} self-test.invalid`);
  if (!greeting.startsWith('250')) return { stage: 'greeting', reply: greeting };
  let mail = await client.say(`MAIL FROM:<${from}>`);
  if (/^530 5\.7\.0 .*STARTTLS/.test(mail) && (await client.say('STARTTLS')).startsWith('220')) {
    await client.startTls();
    await client.say(`${hello} self-test.invalid`);
    mail = await client.say(`MAIL FROM:<${from}>`);
  }
  if (!mail.startsWith('2')) return { stage: 'mail', reply: mail };
  const recipient = await client.say(`RCPT TO:<${to}>`);
  return recipient.startsWith('2') ? undefined : { stage: 'recipient', reply: recipient };
}
