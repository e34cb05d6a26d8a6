// A Maildir store in this thread, with all that it needs below one folder: `vhosts/`, `index/` and `journal/`.

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { contractPreparation } from '#mail/ports/mail-store/fixture.contract.ts';
import { accountPath } from '#platform/maildir/account-home.ts';
import { type MaildirStore, openMaildirStoreHere } from '#platform/maildir/maildir-store.ts';

type Options = Parameters<typeof openMaildirStoreHere>[0];

export interface GivenOptions extends Partial<Omit<Options, 'journal'>> {
  readonly journal?: Partial<Options['journal']>;
}

export function openMaildirBelow(folder: string, { journal, ...given }: GivenOptions = {}): MaildirStore {
  const mailBase = join(folder, 'vhosts');
  const reserve = { reservePercent: 0, reserveBytes: 0 };
  return openMaildirStoreHere({
    clock: { nowMs: () => Date.now() },
    randomness: { bytes: (count) => randomBytes(count) },
    log: { write: () => undefined },
    prepare: contractPreparation,
    accountHome: (account) => join(mailBase, accountPath(account)),
    accountIndex: (account) => join(folder, 'index', `${accountPath(account)}.db`),
    journal: { folder: join(folder, 'journal'), mailBase, reserve, ...journal },
    ...given,
  });
}
