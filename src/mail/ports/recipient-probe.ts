// Asks the server that mail for an address goes to whether it would take it, without sending anything: MAIL, RCPT, and no
// message behind them. Postfix calls it address verification. Answers may be kept for a while.

import type { NextHop } from '#mail/queue/next-hop.ts';

/** Next hops that can be asked. */
export type ServerHop = Extract<NextHop, { transport: 'smtp' | 'lmtp' }>;

export interface ProbeAnswer {
  /** `unknown`: the server could not be asked, or would not say. */
  readonly kind: 'deliverable' | 'undeliverable' | 'unknown';
  /** In Postfix's words: `host mx.example.org[192.0.2.1] said: 550 5.1.1 … (in reply to RCPT TO command)`. */
  readonly text: string;
}

export interface RecipientProbe {
  /** What goes wrong is an answer, too: nothing is thrown but bugs. */
  probe(address: string, nextHop: ServerHop): Promise<ProbeAnswer>;
}
