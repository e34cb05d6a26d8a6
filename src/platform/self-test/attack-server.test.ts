// The attack finds what it looks for: each weakness is built into a server that has no other, and one without any is passed over.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Connection } from '#mail/ports/connection.ts';
import type { JournalEntry } from '#mail/ports/journal.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { makeSelfSigned } from '#platform/tls/self-signed.ts';
import { attackServer } from './attack-server.ts';
import type { AttackedDoor, AttackedServer } from './attacked-server.ts';

interface Weaknesses {
  /** Takes recipients that the pattern fits, besides postmaster. */
  readonly relays?: RegExp;
  /** Under that name a recipient of ours goes on to another server. */
  readonly forwards?: RegExp;
  /** Mail for these is taken and returned. */
  readonly returns?: RegExp;
  /** What ends a message, besides what does. */
  readonly endsAt?: string;
  /** Carries out under TLS what came in clear behind STARTTLS. */
  readonly keepsClearText?: true;
  readonly offersAuth?: true;
  readonly judgesPasswords?: true;
}

let context: SecureContext;
before(async () => {
  const nowMs = Date.now();
  const { certificate, secretKey } = await makeSelfSigned('mail.valija.test', nowMs - 1e6, nowMs + 1e7);
  context = createSecureContext({ cert: certificate, key: secretKey });
});

async function attack(weaknesses: Weaknesses) {
  const promises: JournalEntry[] = [];
  let passwords = 0;
  const door = (service: 'smtp' | 'lmtp'): AttackedDoor => ({
    service,
    implicitTls: false,
    serve: (connection) => new WeakServer(connection, weaknesses, promises, () => passwords++).run(),
  });
  const server: AttackedServer = {
    doors: [door('smtp'), door('lmtp')],
    tls: { heedsNames: false, context: () => context },
    hostname: 'mail.valija.test',
    domains: [['valija.test', 'otra.test'], ['aula.test']],
    clientAddress: '192.0.2.1',
    takePromises: () => promises.splice(0),
    takePasswords: () => {
      const taken = passwords;
      passwords = 0;
      return taken;
    },
  };
  const { hits, tried, untried } = await attackServer(server, systemClock);
  const kinds = new Set(hits.map(({ danger, service }) => `${danger} ${service}`));
  return { hits, tried, untried, kinds: [...kinds].sort() };
}

/** An SMTP server in miniature, with the weaknesses that it is given. */
class WeakServer {
  readonly #connection: Connection;
  readonly #weak: Weaknesses;
  readonly #promises: JournalEntry[];
  readonly #judged: () => void;
  #text = '';
  #recipients: string[] = [];

  constructor(connection: Connection, weak: Weaknesses, promises: JournalEntry[], judged: () => void) {
    this.#connection = connection;
    this.#weak = weak;
    this.#promises = promises;
    this.#judged = judged;
  }

  async run(): Promise<void> {
    await this.#say('220 mail.valija.test');
    for (;;) {
      const line = await this.#upTo(['\r\n']);
      if (line === undefined || (await this.#answer(line)) === 'quit') return await this.#connection.close();
    }
  }

  async #answer(line: string): Promise<'quit' | undefined> {
    const [verb = ''] = line.toUpperCase().split(' ');
    const auth = this.#weak.offersAuth && this.#connection.tls === undefined ? '250-AUTH PLAIN\r\n' : '';
    if (verb === 'EHLO' || verb === 'LHLO') await this.#say(`${auth}250 STARTTLS`);
    else if (verb === 'RCPT') await this.#recipient(/<(.*)>/.exec(line)?.[1] ?? '');
    else if (verb === 'DATA') await this.#message();
    else if (verb === 'STARTTLS') await this.#startTls();
    else if (verb === 'AUTH') await this.#authenticate();
    else if (verb === 'QUIT') await this.#say('221 bye');
    else await this.#say('250 Ok');
    return verb === 'QUIT' ? 'quit' : undefined;
  }

  async #recipient(address: string): Promise<void> {
    const { relays, forwards, returns } = this.#weak;
    const isTaken = address === 'postmaster' || [relays, forwards, returns].some((taken) => taken?.test(address));
    if (isTaken) this.#recipients.push(address);
    await this.#say(isTaken ? '250 Ok' : '554 5.7.1 Relay access denied');
  }

  async #message(): Promise<void> {
    await this.#say('354 go');
    const { endsAt, returns } = this.#weak;
    await this.#upTo(['\r\n.\r\n', ...(endsAt === undefined ? [] : [endsAt])]);
    const recipients = this.#recipients.map((address) => {
      if (address === 'postmaster') return { address, original: address, nextHop: { transport: 'discard' } };
      if (returns?.test(address)) return { address, original: address, nextHop: { transport: 'error' } };
      return { address, original: address, nextHop: { transport: 'smtp', destination: 'x' } };
    });
    this.#promises.push({ plan: { actions: [{ kind: 'queue', message: { recipients } }] } } as unknown as JournalEntry);
    this.#recipients = [];
    await this.#say('250 queued');
  }

  async #startTls(): Promise<void> {
    await this.#say('220 go');
    await this.#connection.startTls();
    if (!this.#weak.keepsClearText) this.#text = '';
  }

  async #authenticate(): Promise<void> {
    if (this.#weak.judgesPasswords) this.#judged();
    await this.#say('530 5.7.0 Must issue a STARTTLS command first');
  }

  /** What stands before the first of the ends that comes. */
  async #upTo(ends: readonly string[]): Promise<string | undefined> {
    for (;;) {
      const found = ends.map((end) => [this.#text.indexOf(end), end] as const).filter(([at]) => at >= 0);
      const [first] = found.sort(([a], [b]) => a - b);
      if (first !== undefined) {
        const [at, end] = first;
        const text = this.#text.slice(0, at);
        this.#text = this.#text.slice(at + end.length);
        return text;
      }
      const octets = await this.#connection.read(10_000);
      if (octets === undefined) return undefined;
      this.#text += octets.toString('latin1');
    }
  }

  async #say(line: string): Promise<void> {
    await this.#connection.write(`${line}\r\n`);
  }
}

test('[C53] a sound server is passed over, after all that was tried', async () => {
  const { hits, tried, untried } = await attack({});
  assert.deepEqual([hits, untried], [[], []]);
  assert.ok(tried > 100, String(tried));
});

const SHAPES: readonly (readonly [string, RegExp])[] = [
  ['plainly', /^self-test@self-test-[0-9a-f]{16}\.com$/],
  ['under a pattern of top-level names', /\.mx$/],
  ['user%foreign@here', /^self-test%self-test-[0-9a-f]{16}\.com@aula\.test$/],
  ['"user@foreign"@here', /^"self-test@self-test-[0-9a-f]{16}\.com"@valija\.test$/],
  ['user@foreign@here', /^self-test@self-test-[0-9a-f]{16}\.com@mail\.valija\.test$/],
  ['@here:user@foreign', /^@valija\.test:self-test@/],
  ['foreign!user', /^self-test-[0-9a-f]{16}\.com!self-test$/],
  ['foreign!user@here', /^self-test-[0-9a-f]{16}\.com!self-test@aula\.test$/],
  ['here!user@foreign', /^mail\.valija\.test!self-test@/],
  ['user@[ip]', /^self-test@\[198\.51\.100\.25\]$/],
];

for (const [shape, relays] of SHAPES) {
  test(`[C53] an open relay is found that takes strangers’ mail ${shape}`, async () => {
    const { kinds, hits } = await attack({ relays });
    assert.ok(kinds.includes('open_relay smtp'), JSON.stringify(hits));
  });
}

test('[T1] every false end of a message that lets a second one in is found', async () => {
  for (const endsAt of ['\n.\n', '\n.\r\n', '\r\n.\n', '\r.\r', '\r.\r\n', '\r\n.\r', '\r\n\x00.\r\n']) {
    const { kinds } = await attack({ endsAt });
    assert.deepEqual(kinds, ['smuggling lmtp', 'smuggling smtp'], JSON.stringify(endsAt));
  }
});

test('[T3] commands that are kept behind STARTTLS are found', async () => {
  assert.deepEqual((await attack({ keepsClearText: true })).kinds, [
    'starttls_injection lmtp',
    'starttls_injection smtp',
  ]);
});

test('passwords in clear are found: offered, or judged without being offered', async () => {
  const kinds = ['clear_text_login lmtp', 'clear_text_login smtp'];
  assert.deepEqual((await attack({ offersAuth: true })).kinds, kinds);
  assert.deepEqual((await attack({ judgesPasswords: true })).kinds, kinds);
});

test('backscatter is found: an unknown name of ours goes on to another server', async () => {
  const { kinds } = await attack({ forwards: /^self-test-[0-9a-f]{16}@otra\.test$/ });
  assert.deepEqual(kinds, ['backscatter smtp']);
});

test('backscatter is found: an unknown name of ours is taken, and returned', async () => {
  const { kinds } = await attack({ returns: /^self-test-[0-9a-f]{16}@otra\.test$/ });
  assert.deepEqual(kinds, ['backscatter smtp']);
});
