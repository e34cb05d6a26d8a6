// What a server offers, from its reply to EHLO or LHLO. Unknown keywords are passed over, wrong parameters too.
//
//   ehlo-line = ehlo-keyword *( SP ehlo-param )
//
// RFC 5321 §4.1.1.1, RFC 1870 §4, RFC 4954 §3.

import type { RemoteReply } from './remote-reply.ts';

export interface Extensions {
  readonly startTls: boolean;
  readonly pipelining: boolean;
  readonly eightBitMime: boolean;
  readonly smtpUtf8: boolean;
  readonly dsn: boolean;
  readonly chunking: boolean;
  readonly binaryMime: boolean;
  /** RFC 8689 §2. */
  readonly requireTls: boolean;
  /** `undefined`: SIZE is not offered; 0: there is no fixed limit. */
  readonly sizeLimit: number | undefined;
  /** Upper-case; `undefined` where AUTH is not offered. */
  readonly mechanisms: readonly string[] | undefined;
}

/** What HELO promises: nothing. */
export const NO_EXTENSIONS: Extensions = {
  startTls: false,
  pipelining: false,
  eightBitMime: false,
  smtpUtf8: false,
  dsn: false,
  chunking: false,
  binaryMime: false,
  requireTls: false,
  sizeLimit: undefined,
  mechanisms: undefined,
};

export function readExtensions(reply: RemoteReply): Extensions {
  const offered = new Map<string, string[]>();
  // The first line is the greeting.
  for (const line of reply.lines.slice(1)) {
    // `AUTH=LOGIN` is how servers for old clients of Microsoft's write it.
    const [keyword = '', ...parameters] = line
      .slice(4)
      .trim()
      .toUpperCase()
      .replace(/^AUTH=/, 'AUTH ')
      .split(/[ \t]+/);
    offered.set(keyword, [...(offered.get(keyword) ?? []), ...parameters]);
  }
  return {
    startTls: offered.has('STARTTLS'),
    pipelining: offered.has('PIPELINING'),
    eightBitMime: offered.has('8BITMIME'),
    smtpUtf8: offered.has('SMTPUTF8'),
    dsn: offered.has('DSN'),
    chunking: offered.has('CHUNKING'),
    binaryMime: offered.has('BINARYMIME'),
    requireTls: offered.has('REQUIRETLS'),
    sizeLimit: readSize(offered.get('SIZE')),
    mechanisms: offered.get('AUTH'),
  };
}

// size-value = 1*20DIGIT
function readSize(parameters: readonly string[] | undefined): number | undefined {
  if (parameters === undefined) return undefined;
  const [size = ''] = parameters;
  return /^\d{1,20}$/.test(size) ? Number(size) : 0;
}
