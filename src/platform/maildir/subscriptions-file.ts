// The text of `subscriptions`. Version 2 begins with `V<TAB>2` and an empty line and has the levels of a name parted by
// tabs; the older form has one name a line, levels parted by a dot. Names are in modified UTF-7.

import type { MailboxName } from '#mail/ports/mail-store.ts';
import { decodeModifiedUtf7, encodeModifiedUtf7 } from './modified-utf7.ts';

const VERSION_2 = 'V\t2';

export function parseSubscriptions(text: string): MailboxName[] {
  const lines = text.split('\n');
  const separator = lines[0] === VERSION_2 ? '\t' : '.';
  const names: MailboxName[] = [];
  for (const line of separator === '\t' ? lines.slice(1) : lines) {
    if (line === '') continue;
    const levels = line.split(separator).map(decodeModifiedUtf7);
    if (levels.every((level) => level !== undefined)) names.push(levels.join('/'));
  }
  return names;
}

export function formatSubscriptions(names: Iterable<MailboxName>): string {
  const lines = [...names].map((name) => name.split('/').map(encodeModifiedUtf7).join('\t'));
  return [VERSION_2, '', ...lines, ''].join('\n');
}
