// A client as Postfix's log names it; `unknown` because nobody has looked its name up.

import type { Connection } from '#mail/ports/connection.ts';

export function clientName(connection: Connection): string {
  return `unknown[${connection.facts.clientAddress}]`;
}
