// What an attack needs of the server that it is made on: its doors as they are for everybody, and behind them a world that
// keeps nothing and tells what it would have done.

import type { Connection } from '#mail/ports/connection.ts';
import type { JournalEntry } from '#mail/ports/journal.ts';
import type { ServiceName } from '#platform/config/schema.ts';
import type { ServerTls } from '#platform/tls/server-tls.ts';

export interface AttackedDoor {
  readonly service: ServiceName;
  readonly implicitTls: boolean;
  serve(connection: Connection): Promise<void>;
}

export interface AttackedServer {
  readonly doors: readonly AttackedDoor[];
  readonly tls: ServerTls;
  readonly hostname: string;
  /** Ours, those of one class together. */
  readonly domains: readonly (readonly string[])[];
  /** An address that is in none of the networks that are trusted. */
  readonly clientAddress: string;
  /** What would have been promised since the last call. */
  takePromises(): readonly JournalEntry[];
  /** How many passwords would have been judged since the last call. */
  takePasswords(): number;
}
