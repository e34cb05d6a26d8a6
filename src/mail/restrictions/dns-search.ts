// Is there a host of this name, or one that takes its mail? The first type of record that is found says yes.

import { ask, type Inquiry } from './fact.ts';

/** `null-mx`: the domain says that it takes no mail (RFC 7505 §3). */
export type MailHost = 'found' | 'null-mx' | 'none' | 'later';

export function* findMailHost(name: string, types: readonly ('A' | 'AAAA' | 'MX')[]): Inquiry<MailHost> {
  let isUncertain = false;
  for (const type of types) {
    const answer = yield* ask({ kind: 'dns', name, type });
    switch (answer.kind) {
      case 'found':
        return type === 'MX' && answer.records.every((exchange) => exchange === '') ? 'null-mx' : 'found';
      case 'no-such-name':
        return 'none';
      case 'later':
        isUncertain = true;
        break;
      default:
        break;
    }
  }
  return isUncertain ? 'later' : 'none';
}
