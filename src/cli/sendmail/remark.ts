// What the command has to say to whoever called it, before it is put into their language.

import type { SendmailKey } from '../texts/sendmail-en.ts';

/** What a person is told: a text, and what fills its gaps. */
export interface Remark {
  readonly key: SendmailKey;
  readonly values?: Readonly<Record<string, string>>;
}
