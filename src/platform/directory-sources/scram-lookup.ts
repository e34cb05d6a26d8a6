// Keys of SCRAM out of what a source keeps: keys themselves, or a secret in clear that they are made of, in a password thread.
// Who has neither gets none, and looks to a stranger like those who have: the same shape, after the same work. RFC 5802 §9.

import { WorldError } from '#base/world-error.ts';
import type { ScramAnswer, ScramQuestion } from '#mail/ports/authenticator.ts';
import type { Account } from '#mail/ports/directory.ts';
import type { PasswordThreads } from '#platform/passwords/password-threads.ts';
import { parseScramKeys } from '#platform/passwords/scram-keys.ts';
import { MOST_SECRET_OCTETS, prepareSecret } from '#platform/passwords/secret.ts';
import type { ScramShape } from '#protocols/sasl/scram-keys.ts';
import type { ScramHash } from '#protocols/sasl/step.ts';
import { readHash } from './source-records.ts';

const SCHEMES: Readonly<Record<ScramHash, string>> = { sha256: '{SCRAM-SHA-256}', sha1: '{SCRAM-SHA-1}' };
const CLEAR = '{PLAIN}';

/** As `doveadm pw` makes them: what is expected of a source before anybody has logged in. */
const USUAL: ScramShape = { saltOctets: 16, iterations: 4_096 };

/** How whoever had keys last came to them. */
type Habit = { readonly kind: 'kept'; readonly shape: ScramShape } | { readonly kind: 'made' };

/** With SHA-256, which every client that has SCRAM knows. */
export function hasKeys(passwordScheme: string | undefined): boolean {
  return passwordScheme !== undefined && [CLEAR, SCHEMES.sha256].includes(`{${passwordScheme}}`);
}

export class ScramLookup {
  readonly #threads: Pick<PasswordThreads, 'makeScramKeys'>;
  readonly #habits: Record<ScramHash, Habit>;

  /** `defaultScheme`: of passwords that bear none. */
  constructor(threads: Pick<PasswordThreads, 'makeScramKeys'>, defaultScheme: string) {
    this.#threads = threads;
    const written = readHash('secret', defaultScheme);
    const habit: Habit =
      written.ok && written.value.text.startsWith(CLEAR) ? { kind: 'made' } : { kind: 'kept', shape: USUAL };
    this.#habits = { sha256: habit, sha1: habit };
  }

  /** `password`: with its scheme in braces. Throws WorldError when too many wait for a thread. */
  async findKeys(account: Account, password: string, question: ScramQuestion): Promise<ScramAnswer> {
    const { hash } = question;
    if (password.startsWith(CLEAR)) {
      const secret = password.slice(CLEAR.length);
      if (Buffer.byteLength(secret) > MOST_SECRET_OCTETS) return await this.findNone('no-keys', question);
      this.#habits[hash] = { kind: 'made' };
      return { kind: 'keys', account, keys: await this.#make(secret, question) };
    }
    const scheme = SCHEMES[hash];
    const kept = password.startsWith(scheme) ? parseScramKeys(hash, password.slice(scheme.length)) : undefined;
    if (kept?.ok !== true) return await this.findNone('no-keys', question);
    const { salt, iterations } = kept.value;
    this.#habits[hash] = { kind: 'kept', shape: { saltOctets: salt.length, iterations } };
    return { kind: 'keys', account, keys: kept.value };
  }

  /** Costs what keys cost here. */
  async findNone(
    reason: Extract<ScramAnswer, { kind: 'none' }>['reason'],
    question: ScramQuestion,
  ): Promise<ScramAnswer> {
    const habit = this.#habits[question.hash];
    if (habit.kind === 'kept') return { kind: 'none', reason, like: habit.shape };
    await this.#make('nobody', question);
    return { kind: 'none', reason };
  }

  async #make(secret: string, { hash, salt, iterations }: ScramQuestion) {
    const keys = await this.#threads.makeScramKeys({ secret: prepareSecret(secret) ?? secret, hash, salt, iterations });
    if (keys === 'unavailable') throw new WorldError('keys of SCRAM: too many passwords wait', { transient: true });
    return keys;
  }
}
