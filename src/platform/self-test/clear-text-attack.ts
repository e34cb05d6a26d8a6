// Does any door ask for passwords, or judge one, before TLS? RFC 8314 §3, RFC 4954 §4, RFC 3501 §6.2.3.

import type { AttackHit } from '#mail/interlock/attack-report.ts';
import type { ServiceName } from '#platform/config/schema.ts';
import type { AttackGround } from './attack-ground.ts';
import type { AttackedServer } from './attacked-server.ts';

/** `AUTH PLAIN` of a user whom nobody has. */
const TOKEN = Buffer.from('\0self-test\0self-test').toString('base64');

interface Asking {
  readonly octets: string;
  /** A line of the answer that offers a login. */
  readonly offer: RegExp;
}

const smtp = (hello: string): Asking => ({
  octets: `${hello} self-test.invalid\r\nAUTH PLAIN ${TOKEN}\r\nQUIT\r\n`,
  offer: /^250[- ]AUTH\b|^(?:235|334) /i,
});

const ASKINGS: Readonly<Partial<Record<ServiceName, Asking>>> = {
  smtp: smtp('EHLO'),
  submission: smtp('EHLO'),
  lmtp: smtp('LHLO'),
  imap: {
    octets: `a CAPABILITY\r\nb LOGIN self-test self-test\r\nc AUTHENTICATE PLAIN ${TOKEN}\r\nd LOGOUT\r\n`,
    offer: /^\* CAPABILITY .*\bAUTH=|^[bc] OK|^\+ /i,
  },
  pop3: {
    octets: `CAPA\r\nUSER self-test\r\nPASS self-test\r\nAUTH PLAIN ${TOKEN}\r\nQUIT\r\n`,
    offer: /^(?:USER|SASL \S.*)$/i,
  },
};

export async function attackInClear(server: AttackedServer, ground: AttackGround): Promise<AttackHit[]> {
  const hits: AttackHit[] = [];
  for (const door of server.doors) {
    const asking = ASKINGS[door.service];
    if (asking === undefined) continue;
    using client = await ground.connect(door);
    await client.line();
    server.takePasswords();
    client.send(asking.octets);
    const offered = (await client.rest()).find((line) => asking.offer.test(line));
    const judged = server.takePasswords() > 0 ? 'a password was judged' : undefined;
    const outcome = offered ?? judged;
    if (outcome === undefined) continue;
    const [shape = ''] = asking.octets.split('\r\n').slice(1);
    hits.push({ danger: 'clear_text_login', service: door.service, shape, outcome });
  }
  return hits;
}
