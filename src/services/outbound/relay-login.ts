// Who we are to a server that wants a login: `smtp_sasl_password_maps`, asked as Postfix asks it. The right-hand side is
// `login:password`; one without a colon is a login without a password, and an empty one means none here.

import type { Table } from '#mail/ports/table.ts';
import type { RemoteServer } from '#mail/ports/transport.ts';
import type { Credentials } from '#protocols/smtp/client/login.ts';

export interface LoginQuestion {
  readonly server: RemoteServer;
  /** As routing wrote it: `[mail.example.org]:587`. */
  readonly destination: string;
  /** Asked first where `smtp_sender_dependent_authentication` is on; `` is the null reverse-path. */
  readonly sender: string | undefined;
}

/** Throws WorldError when a table cannot be asked. */
export async function findCredentials(
  tables: readonly Table[],
  question: LoginQuestion,
): Promise<Credentials | undefined> {
  if (tables.length === 0) return undefined;
  for (const key of keys(question)) {
    for (const table of tables) {
      const found = await table.find(key);
      if (found !== undefined) return parseCredentials(found);
    }
  }
  return undefined;
}

function keys({ server, destination, sender }: LoginQuestion): string[] {
  const lower = sender?.toLowerCase() ?? '';
  const at = lower.lastIndexOf('@');
  const bySender = at === -1 ? [] : [lower, lower.slice(at)];
  return [...bySender, server.name, `${server.name}:${server.port}`, destination.toLowerCase()];
}

function parseCredentials(text: string): Credentials | undefined {
  const colon = text.indexOf(':');
  const login = colon === -1 ? text : text.slice(0, colon);
  if (login === '') return undefined;
  return { login, password: colon === -1 ? '' : text.slice(colon + 1) };
}
