// The mechanisms we speak, strongest first: this list is the register. RFC 4422 §3.2.

import { startLogin } from './login.ts';
import { startOauthBearer } from './oauth-bearer.ts';
import { startPlain } from './plain.ts';
import { startScramSha256, startScramSha256Plus } from './scram-sha-256.ts';
import type { SaslStep } from './step.ts';
import type { SaslSurroundings } from './surroundings.ts';
import { startXoauth2 } from './xoauth2.ts';

export interface SaslMechanism {
  /** `sasl-mech = 1*20mech-char`, upper-case. */
  readonly name: string;
  /** What it judges a client by; «channel» are keys that are bound to the connection. */
  readonly proof: 'channel' | 'keys' | 'token' | 'password';
  readonly start: (surroundings: SaslSurroundings) => SaslStep;
}

export const SASL_MECHANISMS: readonly SaslMechanism[] = [
  { name: 'SCRAM-SHA-256-PLUS', proof: 'channel', start: startScramSha256Plus },
  { name: 'SCRAM-SHA-256', proof: 'keys', start: startScramSha256 },
  { name: 'OAUTHBEARER', proof: 'token', start: startOauthBearer },
  { name: 'XOAUTH2', proof: 'token', start: startXoauth2 },
  { name: 'PLAIN', proof: 'password', start: startPlain },
  { name: 'LOGIN', proof: 'password', start: startLogin },
];

/** Whatever the case. */
export function findSaslMechanism(name: string): SaslMechanism | undefined {
  const wanted = name.toUpperCase();
  return SASL_MECHANISMS.find((mechanism) => mechanism.name === wanted);
}
