// Replies. RFC 1939 §3, RFC 2449 §8 (response codes), RFC 3206.
//
//   single-line = status [SP text] CRLF
//   status      = "+OK" / "-ERR"
//   text        = *schar / resp-code *CHAR
//   multi-line  = single-line *dot-stuffed "." CRLF

export type ResponseCode = 'IN-USE' | 'AUTH' | 'SYS/TEMP' | 'SYS/PERM';

export type Pop3Reply =
  | { readonly kind: 'ok'; readonly text: string }
  /** The lines follow without CRLF; none begins with a dot. */
  | { readonly kind: 'listing'; readonly text: string; readonly lines: Iterable<string> }
  | { readonly kind: 'error'; readonly code: ResponseCode | undefined; readonly text: string }
  /** RFC 5034 §4: `+ ` and base64. */
  | { readonly kind: 'challenge'; readonly data: Buffer };

export function ok(text: string): Pop3Reply {
  return { kind: 'ok', text };
}

export function listing(text: string, lines: Iterable<string>): Pop3Reply {
  return { kind: 'listing', text, lines };
}

export function error(text: string, code?: ResponseCode): Pop3Reply {
  return { kind: 'error', code, text };
}

const CHUNK_CHARS = 16_384;

/** The wire form in pieces of bounded size: a listing of a large maildrop is never whole in memory. */
export function* formatReply(reply: Pop3Reply): Generator<string> {
  switch (reply.kind) {
    case 'ok':
      return yield `+OK ${reply.text}\r\n`;
    case 'error':
      return yield reply.code === undefined ? `-ERR ${reply.text}\r\n` : `-ERR [${reply.code}] ${reply.text}\r\n`;
    case 'challenge':
      return yield `+ ${reply.data.toString('base64')}\r\n`;
    case 'listing': {
      let chunk = `+OK ${reply.text}\r\n`;
      for (const line of reply.lines) {
        chunk += `${line}\r\n`;
        if (chunk.length < CHUNK_CHARS) continue;
        yield chunk;
        chunk = '';
      }
      yield `${chunk}.\r\n`;
    }
  }
}
