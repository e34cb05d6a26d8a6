// Where an SMTP session stands, and what may follow what.
//
// Rule 1: whether a command may come now is decided here, by MAY_FOLLOW, and nowhere else.
// Rule 2: this file knows nothing of profiles, policies and replies.
// Rule 3: a phase holds what is true in it and nothing more: there is no transaction outside of one.
// Rule 4: in `asking`, `securing` and `closing` no line is read; in `content`, `chunk` and `skipping` only octets are.
//
// RFC 5321 §4.1.4 (order of commands), RFC 3030 §2 (BDAT), RFC 4954 §4 (AUTH), RFC 3207 §4.2 (STARTTLS).

import type { MailParameters } from './grammar/mail-parameters.ts';
import type { Greeting } from './greeting.ts';
import type { Question } from './question.ts';
import type { SmtpReply } from './reply.ts';

export type Verb =
  | 'HELO'
  | 'EHLO'
  | 'LHLO'
  | 'MAIL'
  | 'RCPT'
  | 'DATA'
  | 'BDAT'
  | 'RSET'
  | 'NOOP'
  | 'QUIT'
  | 'VRFY'
  | 'EXPN'
  | 'HELP'
  | 'STARTTLS'
  | 'AUTH'
  | 'ETRN'
  | 'TURN'
  | 'SEND'
  | 'SOML'
  | 'SAML';

/** What outlives a message. */
export interface Session {
  readonly greeting: Greeting | undefined;
  readonly secured: boolean;
  /** What AUTH may offer as things stand; empty without TLS. */
  readonly mechanisms: readonly string[];
  readonly authenticated: boolean;
  readonly errors: number;
  /** Commands without effect since the last message that was taken. */
  readonly junk: number;
}

/** One message on its way in. */
export interface MailTransaction {
  readonly parameters: MailParameters;
  /** Permitted ones; LMTP owes each of them a reply. */
  readonly recipients: number;
  /** Recipients that came beyond the limit. */
  readonly overshoot: number;
}

export type CommandState =
  /** Our first reply was a 554: the client may only take its leave. RFC 5321 §3.1. */
  | { readonly phase: 'refused'; readonly session: Session }
  | { readonly phase: 'fresh'; readonly session: Session }
  | { readonly phase: 'ready'; readonly session: Session }
  | { readonly phase: 'envelope'; readonly session: Session; readonly transaction: MailTransaction }
  /** Between two chunks of BDAT. */
  | { readonly phase: 'chunks'; readonly session: Session; readonly transaction: MailTransaction };

export type CommandPhase = CommandState['phase'];

export type SmtpState =
  | CommandState
  /** A question is out; its answer leads back to `from`, or onwards. */
  | { readonly phase: 'asking'; readonly session: Session; readonly question: Question; readonly from: CommandState }
  /** A SASL challenge is out: the next line is the client's response. */
  | { readonly phase: 'challenged'; readonly session: Session; readonly from: CommandState }
  /** The login is accepted, and what the server had to say last went out as a challenge: an empty line must follow. */
  | { readonly phase: 'confirming'; readonly session: Session; readonly from: CommandState }
  /** 220 was said, the handshake runs. */
  | { readonly phase: 'securing'; readonly session: Session }
  | { readonly phase: 'content'; readonly session: Session; readonly transaction: MailTransaction }
  | {
      readonly phase: 'chunk';
      readonly session: Session;
      readonly transaction: MailTransaction;
      readonly octets: number;
      readonly last: boolean;
    }
  /** A chunk that came out of order: its octets are read over, so that they are never taken for commands. */
  | {
      readonly phase: 'skipping';
      readonly session: Session;
      readonly octets: number;
      readonly reply: SmtpReply;
      readonly from: CommandState;
    }
  | { readonly phase: 'closing'; readonly session: Session };

/** May come at any time, and changes nothing. */
const IDLE: readonly Verb[] = ['NOOP', 'RSET', 'QUIT', 'HELP', 'VRFY', 'EXPN', 'ETRN', 'TURN', 'SEND', 'SOML', 'SAML'];
const GREETINGS: readonly Verb[] = ['HELO', 'EHLO', 'LHLO'];

// BDAT stands in every row but the first: out of order it is answered 503 too, but only behind its octets.
export const MAY_FOLLOW: Readonly<Record<CommandPhase, ReadonlySet<Verb>>> = {
  refused: new Set<Verb>(['QUIT']),
  fresh: new Set<Verb>([...IDLE, ...GREETINGS, 'STARTTLS', 'BDAT']),
  ready: new Set<Verb>([...IDLE, ...GREETINGS, 'STARTTLS', 'AUTH', 'MAIL', 'BDAT']),
  envelope: new Set<Verb>([...IDLE, ...GREETINGS, 'RCPT', 'DATA', 'BDAT']),
  chunks: new Set<Verb>([...IDLE, ...GREETINGS, 'BDAT']),
};

/**
 * The longest line that may come next. AUTH's is as long as a response: RFC 4954 §4 wants room for 12,288 octets, and mail
 * programs send tokens on it.
 */
export function lineLimitOctets(
  { phase, session }: SmtpState,
  { commandLineOctets, saslLineOctets }: { readonly commandLineOctets: number; readonly saslLineOctets: number },
): number {
  const mayBeSasl = phase === 'challenged' || phase === 'confirming';
  const mayBeAuth = phase === 'ready' && session.mechanisms.length > 0 && !session.authenticated;
  return mayBeSasl || mayBeAuth ? saslLineOctets : commandLineOctets;
}

/** Where a session is between messages: before the greeting `fresh`, after it `ready`. */
export function betweenMessages(session: Session): CommandState {
  return { phase: session.greeting === undefined ? 'fresh' : 'ready', session };
}

export function withSession<S extends CommandState>(state: S, session: Session): S {
  return { ...state, session };
}
