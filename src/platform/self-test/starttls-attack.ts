// Is what somebody put behind STARTTLS in clear carried out under TLS, as though the client had said it? CVE-2011-0411,
// CVE-2021-33515, CVE-2021-38542. RFC 3207 §6.

import type { AttackHit } from '#mail/interlock/attack-report.ts';
import type { ServiceName } from '#platform/config/schema.ts';
import type { AttackGround } from './attack-ground.ts';
import type { AttackedDoor, AttackedServer } from './attacked-server.ts';

interface Injection {
  /** Said first, until a line that fits; empty where the greeting is enough. */
  readonly before: string;
  readonly beforeEnd: RegExp;
  /** In one segment. */
  readonly octets: string;
  /** The line that says that TLS may begin. */
  readonly goAhead: RegExp;
  /** Said under TLS; what comes then has so many lines, and each more answers what was injected. */
  readonly farewell: string;
  readonly answers: number;
}

const smtp = (hello: string): Injection => ({
  before: `${hello} self-test.invalid\r\n`,
  beforeEnd: /^(?:250 |5)/,
  octets: `STARTTLS\r\n${hello} injected.invalid\r\nRSET\r\n`,
  goAhead: /^220 /,
  farewell: 'QUIT\r\n',
  answers: 1,
});

const INJECTIONS: Readonly<Partial<Record<ServiceName, Injection>>> = {
  smtp: smtp('EHLO'),
  submission: smtp('EHLO'),
  lmtp: smtp('LHLO'),
  imap: {
    ...{ before: '', beforeEnd: /^/ },
    octets: 'a STARTTLS\r\nb CAPABILITY\r\n',
    goAhead: /^a OK/,
    farewell: 'c LOGOUT\r\n',
    answers: 2,
  },
  pop3: {
    ...{ before: '', beforeEnd: /^/ },
    octets: 'STLS\r\nCAPA\r\n',
    goAhead: /^\+OK/,
    farewell: 'QUIT\r\n',
    answers: 1,
  },
};

export async function attackByStartTls(server: AttackedServer, ground: AttackGround): Promise<AttackHit[]> {
  const hits: AttackHit[] = [];
  for (const door of server.doors) {
    const injection = INJECTIONS[door.service];
    const heard = injection === undefined ? undefined : await inject(ground, door, injection);
    if (injection === undefined || heard === undefined || heard.length <= injection.answers) continue;
    const shape = JSON.stringify(injection.octets);
    hits.push({ danger: 'starttls_injection', service: door.service, shape, outcome: heard[0] ?? '' });
  }
  return hits;
}

/** What was said under TLS; `undefined` where it is not offered. */
async function inject(
  ground: AttackGround,
  door: AttackedDoor,
  { before, beforeEnd, octets, goAhead, farewell }: Injection,
): Promise<string[] | undefined> {
  using client = await ground.connect(door);
  await client.line();
  if (before !== '') {
    client.send(before);
    await client.linesUntil(beforeEnd);
  }
  client.send(octets);
  const answer = await client.line();
  if (answer === undefined || !goAhead.test(answer)) return undefined;
  await client.startTls();
  client.send(farewell);
  return await client.rest();
}
