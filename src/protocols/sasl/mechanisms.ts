// The mechanisms we speak, strongest first: this list is the register. RFC 4422 §3.2.

import { startLogin } from './login.ts';
import { startOauthBearer } from './oauth-bearer.ts';
import { startPlain } from './plain.ts';
import { startScram, startScramPlus } from './scram.ts';
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
  { name: 'SCRAM-SHA-256-PLUS', proof: 'channel', start: startScramPlus('sha256') },
  { name: 'SCRAM-SHA-256', proof: 'keys', start: startScram('sha256') },
  { name: 'SCRAM-SHA-1-PLUS', proof: 'channel', start: startScramPlus('sha1') },
  { name: 'SCRAM-SHA-1', proof: 'keys', start: startScram('sha1') },
  { name: 'OAUTHBEARER', proof: 'token', start: startOauthBearer },
  { name: 'XOAUTH2', proof: 'token', start: startXoauth2 },
  { name: 'PLAIN', proof: 'password', start: startPlain },
  { name: 'LOGIN', proof: 'password', start: startLogin },
];

/** What settings call them: with each comes its -PLUS, where a login can be bound to the connection. */
export const MECHANISM_NAMES = ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'OAUTHBEARER', 'XOAUTH2', 'PLAIN', 'LOGIN'] as const;
export type MechanismName = (typeof MECHANISM_NAMES)[number];

/** SHA-1 is for whoever has old keys, and says so. */
export const USUAL_MECHANISMS: readonly MechanismName[] = MECHANISM_NAMES.filter((name) => name !== 'SCRAM-SHA-1');

export function isNamed(names: readonly MechanismName[], { name }: SaslMechanism): boolean {
  return names.some((known) => name === known || name === `${known}-PLUS`);
}

/** Whatever the case. */
export function findSaslMechanism(name: string): SaslMechanism | undefined {
  const wanted = name.toUpperCase();
  return SASL_MECHANISMS.find((mechanism) => mechanism.name === wanted);
}
