// Reverse-path and forward-path, and where one ends in an argument. RFC 5321 §4.1.2.

import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { parseDomainName } from '#protocols/message/domain-name.ts';
import type { SmtpQuirks } from '../quirks.ts';
import { parseMailbox } from './mailbox.ts';

export interface SplitArgument {
  /** Between the angle brackets. */
  readonly path: string;
  /** What stands behind the path, without the space before it. */
  readonly parameters: string;
}

// Path = "<" [ A-d-l ":" ] Mailbox ">"
//
// The bracket that ends the path is the first one outside of quotes.
const PATH = /<((?:[^<>"\\]|"(?:[^"\\]|\\.)*")*)>/uy;

// mail = "MAIL FROM:" Reverse-path [SP Mail-parameters] CRLF
// rcpt = "RCPT TO:" ( … / Forward-path ) [SP Rcpt-parameters] CRLF
//
/** The argument of MAIL or RCPT, taken apart; `undefined` where it is none. */
export function splitPathArgument(
  argument: string,
  keyword: 'FROM:' | 'TO:',
  quirks: SmtpQuirks,
): SplitArgument | undefined {
  if (argument.slice(0, keyword.length).toUpperCase() !== keyword) return undefined;
  const text = argument.slice(keyword.length);
  return splitPath(quirks.spaceAfterColon ? text.trimStart() : text);
}

function splitPath(text: string): SplitArgument | undefined {
  PATH.lastIndex = 0;
  const match = PATH.exec(text);
  if (match === null) return undefined;
  const rest = text.slice(match[0].length);
  if (rest !== '' && !rest.startsWith(' ')) return undefined;
  return { path: match[1] ?? '', parameters: rest.trim() };
}

// A-d-l     = At-domain *( "," At-domain )
// At-domain = "@" Domain
//
// A source route is read and dropped, as RFC 5321 §3.6.1 and appendix C ask.
/** The mailbox of a forward-path, or of a reverse-path that is not empty. */
export function parsePathMailbox(path: string): AddrSpec | undefined {
  if (!path.startsWith('@')) return parseMailbox(path);
  const colon = path.indexOf(':');
  if (colon === -1) return undefined;
  const route = path.slice(0, colon).split(',');
  const sound = route.every((hop) => hop.startsWith('@') && parseDomainName(hop.slice(1)).ok);
  return sound ? parseMailbox(path.slice(colon + 1)) : undefined;
}

/** `<>` for `undefined`. */
export function formatPath(path: AddrSpec | undefined): string {
  return path === undefined ? '<>' : `<${formatAddrSpec(path)}>`;
}
