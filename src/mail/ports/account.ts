// Who a person is on this server.

import type { Brand } from '#base/brand.ts';

/** The account's own address, normalised (`usuario1@valija.test`): it names its home, its log lines, its logins. */
export type AccountId = Brand<string, 'AccountId'>;
