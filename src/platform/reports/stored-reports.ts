// The reports that a server left on the disk, for a command, when nobody else has the state.

import { existsSync } from 'node:fs';
import type { ReportAdmin } from '#mail/ports/report-admin.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import { nameSenders } from './name-senders.ts';
import { ReportDatabase } from './report-database.ts';

/** Throws what SQLite throws when the file is no database of ours. */
export function openStoredReports(file: string, dns: Resolver): ReportAdmin & Disposable {
  const database = new ReportDatabase(existsSync(file) ? file : ':memory:');
  return {
    list: async (search) => database.received.list(search),
    find: async (id) => database.received.find(id),
    listSent: async (search) => database.outgoing.listSent(search),
    summarize: (search) => nameSenders(database.received.summarize(search), dns),
    [Symbol.dispose]: () => database[Symbol.dispose](),
  };
}
