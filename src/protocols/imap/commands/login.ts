// LOGIN, and how every login ends. RFC 3501 §6.2.3, RFC 5530 §3 (AUTHENTICATIONFAILED, UNAVAILABLE, PRIVACYREQUIRED).

import { unreachable } from '#base/unreachable.ts';
import { capabilitiesOf } from '../capability.ts';
import { ask, bad, type Completion, completed, type Move, no } from '../move.ts';
import type { LoginAnswer } from '../question.ts';
import type { ServerFacts } from '../server-facts.ts';
import type { LiveState } from '../state.ts';

export function runLogin(
  { user, password }: { readonly user: string; readonly password: string },
  { facts }: LiveState,
): Move {
  if (!facts.secure) return privacyRequired();
  return ask<'check-password'>({ kind: 'check-password', user, password }, (answer) => finishLogin(answer, facts));
}

/** LOGINDISABLED: the password is on its way in clear already, but it is not used. */
export function privacyRequired(): Completion {
  return no('PRIVACYREQUIRED', 'Logins need TLS: use STARTTLS first');
}

export function finishLogin(answer: LoginAnswer, facts: ServerFacts): Completion {
  if (answer.kind === 'accepted') {
    const code = { kind: 'capability', capabilities: capabilitiesOf(facts, true) } as const;
    return completed('Logged in', { code, transition: { kind: 'authenticated' } });
  }
  return answer.kind === 'rejected' ? rejected(answer.reason) : bad('The exchange is not over');
}

function rejected(reason: Extract<LoginAnswer, { kind: 'rejected' }>['reason']): Completion {
  switch (reason) {
    case 'invalid-credentials':
    case 'disabled':
      return no('AUTHENTICATIONFAILED', 'Authentication failed');
    case 'throttled':
      return no('UNAVAILABLE', 'Too many failed logins: try again later');
    case 'unavailable':
      return no('UNAVAILABLE', 'Logins are not possible at the moment: try again later');
    case 'too-many-sessions':
      return no('LIMIT', 'Maximum number of connections from user+IP exceeded (mail_max_userip_connections)');
    case 'mechanism-unknown':
      return no('CANNOT', 'This mechanism is not on offer');
    case 'malformed':
      return bad('The response is not of this mechanism');
    case 'cancelled':
      return bad('Authentication cancelled');
    default:
      return unreachable(reason);
  }
}
