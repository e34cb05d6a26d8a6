// A reply of a server we talk to, and what it says of a command. RFC 5321 §4.2, RFC 2034 §4, RFC 3463 §2.

export interface RemoteReply {
  /** 200 to 599. */
  readonly code: number;
  /** As they came, codes included, with `?` for what cannot be shown. */
  readonly lines: readonly string[];
}

/** Nobody reads more of it than that. */
const LONGEST_TEXT = 4_096;

/** All of it on one line, as logs and bounces show it: `550 5.1.1 User unknown`. */
export function replyText(reply: RemoteReply): string {
  const text = reply.lines.length === 1 ? (reply.lines[0] ?? '') : reply.lines.join(' ');
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}

// status-code = class "." subject "." detail
const ENHANCED = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})(?: |$)/;

/** The enhanced code that the server gave, if it is of the reply's own class, else `X.0.0`. */
export function replyStatus(reply: RemoteReply): string {
  const line = reply.lines.at(-1) ?? '';
  const leading = reply.code < 300 ? '2' : reply.code < 500 ? '4' : '5';
  const given = ENHANCED.exec(line)?.[1];
  return given?.startsWith(leading) ? given : `${leading}.0.0`;
}
