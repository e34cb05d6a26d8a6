// Logins of the embedded directory and of the sources behind it. Who is in the embedded directory is judged by it; else the
// first source that knows the login judges. One that cannot be asked ends the question with «later».

import { WorldError } from '#base/world-error.ts';
import type { Authenticator, PasswordCheck, ScramAnswer, ScramQuestion } from '#mail/ports/authenticator.ts';
import type { Directory } from '#mail/ports/directory.ts';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { ScramVerifier } from '#protocols/sasl/step.ts';
import { isDisabledWithDomain, meantBy, type SourceWorld } from './joined-directory.ts';

/** Throws WorldError, which says what cannot be asked. */
export function joinAuthenticator(
  embedded: { readonly directory: Directory; readonly authenticator: Authenticator },
  world: SourceWorld,
): Authenticator {
  const { directory, authenticator } = embedded;
  return {
    async checkPassword(login, password) {
      return (
        (await askSources(directory, world, login, password)) ??
        // Nobody's, or the embedded directory's own.
        (await authenticator.checkPassword(login, password))
      );
    },
    async nameOf(login) {
      const name = await authenticator.nameOf(login);
      // A bare one that means nothing to the embedded directory.
      if (!name.includes('@')) {
        for await (const { address } of meantBy(login, world)) return formatAddrSpec(address);
      }
      return name;
    },
    async findScramKeys(question) {
      return (await askForKeys(directory, world, question)) ?? (await authenticator.findScramKeys(question));
    },
  };
}

async function askSources(
  directory: Directory,
  world: SourceWorld,
  login: string,
  password: string,
): Promise<PasswordCheck | undefined> {
  if (world.sources().length === 0) return undefined;
  if ((await directory.findAccount(login)) !== undefined) return undefined;
  let unknown: PasswordCheck | undefined;
  for await (const { source, address } of meantBy(login, world)) {
    const check = await source.checkPassword(address, password);
    if (check.kind === 'unavailable') {
      throw new WorldError(`directory ${source.name}: too many passwords wait`, { transient: true });
    }
    if (check.kind === 'accepted') {
      return (await isDisabledWithDomain(directory, check.account)) ? { kind: 'rejected', reason: 'disabled' } : check;
    }
    if (check.reason !== 'unknown-account') return check;
    // Of a domain of the sources' alone: that it is unknown has cost there what a wrong password costs.
    if (!(await directory.isLocalDomain(address.domain))) unknown = check;
  }
  return unknown;
}

async function askForKeys(
  directory: Directory,
  world: SourceWorld,
  question: ScramQuestion,
): Promise<ScramAnswer | undefined> {
  if (world.sources().length === 0) return undefined;
  if ((await directory.findAccount(question.login)) !== undefined) return undefined;
  let unknown: ScramAnswer | undefined;
  for await (const { source, address } of meantBy(question.login, world)) {
    const answer = await source.findScramKeys(address, question);
    if (answer.kind === 'keys') {
      return (await isDisabledWithDomain(directory, answer.account)) ? withoutKeys(answer.keys) : answer;
    }
    if (answer.reason !== 'unknown-account') return answer;
    if (!(await directory.isLocalDomain(address.domain))) unknown = answer;
  }
  return unknown;
}

/** They look as they would if there were any. */
function withoutKeys({ salt, iterations }: ScramVerifier): ScramAnswer {
  return { kind: 'none', reason: 'no-keys', like: { saltOctets: salt.length, iterations } };
}
