// A house whose door has milters, and a client that comes, brings a message and goes.

import { acceptanceHouse, type HouseOptions, type Letter, send, sessionAt } from './acceptance-house.ts';
import { givenMilter, type SaidPacket } from './given-milter.ts';
import { doorMilters, milterPorts } from './milters.ts';

export const TEXT = 'From: Ana <ana@example.org>\r\nSubject: hola\r\n\tamiga\r\n\r\nUno\r\n.dos\r\n';

type HouseWithMilters = HouseOptions & Parameters<typeof doorMilters>[2];

export function houseWith(milters: Parameters<typeof doorMilters>[0], options: HouseWithMilters = {}) {
  const ports = milterPorts();
  const { maps, headerChecks, ...others } = options;
  const door = doorMilters(milters, 'smtpd_milters', { maps, ...(headerChecks && { headerChecks }) });
  const house = acceptanceHouse({ ...others, milters: { milters: door, milterPorts: ports } });
  return { ...house, ports };
}

/** A client that comes, greets, brings one message, and goes. */
export async function bring(house: ReturnType<typeof houseWith>, letter: Partial<Letter> = {}) {
  const session = letter.session ?? sessionAt('smtp');
  const connected = await house.acceptance.decideConnection(session);
  if (connected.outcome !== 'permit') return [`connect: ${connected.reply.code}`];
  const greeted = await house.acceptance.decideGreeting(session);
  if (greeted.outcome !== 'permit') return [`helo: ${greeted.reply.code}`];
  const to = ['usuario1@valija.test'];
  try {
    return await send(house, { from: 'ana@example.org', to, text: TEXT, ...letter, session });
  } finally {
    house.acceptance.leave(session.connection);
  }
}

export function atEnd(...packets: SaidPacket[]) {
  return givenMilter({ answer: ({ letter }) => (letter === 'E' ? packets : letter === 'O' ? undefined : [['c']]) });
}

/** The message without what we put on top. */
export function filedText(house: ReturnType<typeof houseWith>): string {
  const [copy] = house.filed;
  return copy?.text ?? '';
}
