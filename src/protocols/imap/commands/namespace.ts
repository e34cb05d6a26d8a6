// NAMESPACE: one personal namespace; nobody else's mailboxes exist here. RFC 2342 §5.

import { formatNamespace } from '../format/server-data.ts';
import { completed, type Move } from '../move.ts';

export function runNamespace(): Move {
  return completed('NAMESPACE completed', { untagged: [formatNamespace([{ prefix: '', delimiter: '/' }])] });
}
