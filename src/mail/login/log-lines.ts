// How a login reads in the log: in Postfix's words for SMTP and in Dovecot's for IMAP and POP3, because fail2ban's
// filters and people know them. What a stranger calls himself cannot end the quotation or name another address.

import { unreachable } from '#base/unreachable.ts';
import type { LoginRefusal } from '#protocols/sasl/login-outcome.ts';
import type { LoginContext } from './exchange.ts';

export interface LoginLine {
  /** Postfix's or Dovecot's program word. */
  readonly area: string;
  readonly level: 'info' | 'warn' | 'error';
  readonly text: string;
}

export interface LoginOccasion {
  readonly context: LoginContext;
  readonly mechanism: string;
  readonly login: string | undefined;
  readonly durationMs: number;
}

// Postfix's words where it has them: fail2ban passes over «Connection lost …» and «Invalid authentication mechanism».
const POSTFIX_REASONS: Readonly<Record<LoginRefusal, string>> = {
  'invalid-credentials': 'authentication failure',
  throttled: 'too many failures, slowed down',
  disabled: 'account disabled',
  unavailable: 'Connection lost to authentication server',
  malformed: 'malformed response',
  cancelled: 'authentication aborted',
  'mechanism-unknown': 'Invalid authentication mechanism',
};

export function formatRefusal(occasion: LoginOccasion, reason: LoginRefusal): LoginLine {
  const { context, mechanism, login } = occasion;
  const level = reason === 'unavailable' ? 'error' : 'warn';
  switch (context.service) {
    case 'smtp':
    case 'submission': {
      const user = login === undefined ? '' : `, sasl_username=${quotable(login)}`;
      const failed = `SASL ${quotable(mechanism)} authentication failed: ${POSTFIX_REASONS[reason]}`;
      return { area: areaOf(context), level, text: `warning: ${clientOf(context)}: ${failed}${user}` };
    }
    case 'imap':
    case 'pop3': {
      // Dovecot says it without a «warning:», which its filter would stumble over.
      const text = `${dovecotOutcome(reason, occasion.durationMs)}: ${dovecotFacts(occasion)}`;
      return { area: areaOf(context), level: level === 'error' ? level : 'info', text };
    }
    case 'auth': {
      const text = `${mechanismWord(mechanism)}(${dovecotClient(occasion)}): ${POSTFIX_REASONS[reason]}`;
      return { area: areaOf(context), level: level === 'error' ? level : 'info', text };
    }
    default:
      return unreachable(context.service);
  }
}

export function formatSuccess(occasion: LoginOccasion): LoginLine {
  const { context, mechanism, login = '' } = occasion;
  switch (context.service) {
    case 'smtp':
    case 'submission': {
      const text = `client=${clientOf(context)}, sasl_method=${mechanism}, sasl_username=${quotable(login)}`;
      return { area: areaOf(context), level: 'info', text };
    }
    case 'imap':
    case 'pop3':
      return { area: areaOf(context), level: 'info', text: `Login: ${dovecotFacts(occasion)}` };
    case 'auth': {
      const text = `${mechanismWord(mechanism)}(${dovecotClient(occasion)}): authentication succeeded`;
      return { area: areaOf(context), level: 'info', text };
    }
    default:
      return unreachable(context.service);
  }
}

function dovecotOutcome(reason: LoginRefusal, durationMs: number): string {
  if (reason === 'unavailable') return 'Disconnected (auth service reported temporary failure)';
  if (reason === 'cancelled') return 'Aborted login (authentication aborted)';
  return `Aborted login (auth failed, 1 attempts in ${Math.round(durationMs / 1000)} secs)`;
}

function dovecotFacts({ context, mechanism, login }: LoginOccasion): string {
  const { clientAddress, serverAddress } = context.connection;
  const user = `user=<${quotable(login ?? '')}>`;
  return `${user}, method=${quotable(mechanism)}, rip=${clientAddress}, lip=${serverAddress}, TLS`;
}

/** As Dovecot's auth process begins its lines: `plain(usuario1@valija.test,192.0.2.1)`. */
function dovecotClient({ context, login }: LoginOccasion): string {
  return `${quotable(login ?? '?')},${context.connection.clientAddress}`;
}

function mechanismWord(mechanism: string): string {
  return quotable(mechanism.toLowerCase());
}

function areaOf(context: LoginContext): string {
  switch (context.service) {
    case 'smtp':
      return 'smtpd';
    case 'submission':
      return 'submission/smtpd';
    case 'imap':
      return 'imap-login';
    case 'pop3':
      return 'pop3-login';
    case 'auth':
      return 'auth';
    default:
      return unreachable(context.service);
  }
}

function clientOf(context: LoginContext): string {
  return `unknown[${context.connection.clientAddress}]`;
}

const UNQUOTABLE = /[^\p{L}\p{M}\p{N}!#$%&'*+\-./:=?@^_`{|}~ ]/gu;
const LONGEST_QUOTED_CHARS = 255;

/** Brackets, commas and what cannot be printed become `?`: none may fake a field of the line. */
function quotable(text: string): string {
  return text.slice(0, LONGEST_QUOTED_CHARS).replace(UNQUOTABLE, '?');
}
