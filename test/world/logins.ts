// Logging in as the services see it, with everything behind it in memory; and clients of each mechanism.

import assert from 'node:assert/strict';
import { pbkdf2Sync } from 'node:crypto';
import type { Login, LoginContext, LoginStep } from '#mail/login/exchange.ts';
import { createLogin } from '#mail/login/login.ts';
import { clientProof } from '#protocols/sasl/scram-keys.ts';
import { fixedClock } from './clock.ts';
import { memoryDirectory } from './directory.ts';
import { collectingJourneys } from './journeys.ts';
import { collectingLog } from './log.ts';
import { seededRandomness } from './randomness.ts';
import { memoryTokens } from './tokens.ts';

const TLS = { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', bits: 256, serverName: undefined };
export const WRONG: LoginStep = { kind: 'rejected', reason: 'invalid-credentials' };
export const THROTTLED: LoginStep = { kind: 'rejected', reason: 'throttled' };

export function loginWorld() {
  const clock = fixedClock();
  const directory = memoryDirectory({
    domains: ['valija.test'],
    accounts: [
      { address: 'usuario1@valija.test', password: 'sésamo', addresses: ['uno@valija.test'] },
      { address: 'usuario2@valija.test', password: 'otra' },
      { address: 'usuario3@valija.test', password: 'vieja', disabled: true },
      { address: 'usuario4@valija.test', password: 'ajena', scram: false },
    ],
  });
  const log = collectingLog();
  const journeys = collectingJourneys(clock);
  const delays: number[] = [];
  const tokens = memoryTokens();
  const login = createLogin({
    authenticator: directory,
    tokens: { ...tokens, findAccount: (name) => directory.findAccount(name) },
    clock,
    randomness: seededRandomness(),
    log,
    journeys,
    delay: async (ms) => {
      delays.push(ms);
    },
    scram: { decoySecret: Buffer.alloc(32, 1), iterations: 64 },
  });
  return { clock, directory, tokens, log, journeys, delays, login };
}

export const EXPORTED = Buffer.alloc(32, 'e');

interface ContextLiteral {
  readonly service?: LoginContext['service'];
  readonly from?: string;
  readonly tls?: undefined;
  /** TLS ends here. */
  readonly bound?: true;
}

export function loginContext(overrides: ContextLiteral = {}): LoginContext {
  const channelBinding: LoginContext['channelBinding'] = (type) => (type === 'tls-exporter' ? EXPORTED : undefined);
  return {
    ...(overrides.bound && { channelBinding }),
    service: overrides.service ?? 'submission',
    connection: {
      connectionId: 'c1',
      clientAddress: overrides.from ?? '192.0.2.1',
      clientPort: 50_000,
      serverAddress: '198.51.100.1',
      serverPort: 587,
    },
    tls: 'tls' in overrides ? undefined : TLS,
  };
}

export const plain = (login: string, password: string, authzid = '') =>
  Buffer.from(`${authzid}\0${login}\0${password}`);

export interface ScramClient {
  readonly mechanism?: string;
  readonly gs2?: string;
  readonly binding?: Buffer;
}

export async function scram(
  login: Login,
  user: string,
  password: string,
  { mechanism = 'SCRAM-SHA-256', gs2 = 'n,,', binding = Buffer.alloc(0) }: ScramClient = {},
) {
  const exchange = login.begin(mechanism, loginContext({ bound: true }));
  const bare = `n=${user},r=clientnonce`;
  const challenge = await exchange.next(Buffer.from(gs2 + bare));
  // Whoever has to wait is told before anything is said.
  if (challenge.kind === 'rejected') return { step: challenge, salt: '', nonce: '', iterations: undefined };
  assert.equal(challenge.kind, 'challenge');
  const serverFirst = challenge.data.toString();
  const [, nonce = '', salt = '', iterations] = /^r=([^,]+),s=([^,]+),i=(\d+)$/.exec(serverFirst) ?? [];
  const hash = /SHA-1\b/.test(mechanism) ? 'sha1' : 'sha256';
  const octets = hash === 'sha1' ? 20 : 32;
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(iterations), octets, hash);
  const cbind = Buffer.concat([Buffer.from(gs2), binding]).toString('base64');
  const withoutProof = `c=${cbind},r=${nonce}`;
  const proof = clientProof(hash, salted, `${bare},${serverFirst},${withoutProof}`).toString('base64');
  return { step: await exchange.next(Buffer.from(`${withoutProof},p=${proof}`)), salt, nonce, iterations };
}
