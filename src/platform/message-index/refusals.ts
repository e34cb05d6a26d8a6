// What stores refuse, in the words that reach the person.

import { err } from '#base/result.ts';
import type { StoreRefusal } from '#mail/ports/mail-store.ts';

export type Refused = { readonly ok: false; readonly error: StoreRefusal };

export function refuse(code: StoreRefusal['code'], message: string): Refused {
  return err({ code, message });
}

export function nonexistent(): Refused {
  return refuse('nonexistent', 'There is no such mailbox');
}

export function tooManyKeywords(): Refused {
  return refuse('limit', 'The mailbox holds no more than 26 different keywords');
}

export function overQuota(): Refused {
  return refuse('over-quota', 'The mailbox is full');
}
