// The text of `valija-special-use` in the home: the marks of CREATE-SPECIAL-USE, one `\Trash<TAB>Papelera` a line.
// Dovecot keeps such marks in its configuration, so that there is no file of its own to share.

import type { MailboxName, SpecialUse } from '#mail/ports/mail-store.ts';

const USES: readonly SpecialUse[] = ['\\Archive', '\\Drafts', '\\Flagged', '\\Junk', '\\Sent', '\\Trash', '\\All'];

export function parseSpecialUses(text: string): Map<MailboxName, SpecialUse> {
  const marked = new Map<MailboxName, SpecialUse>();
  for (const line of text.split('\n')) {
    const [word, name] = line.split('\t');
    const use = USES.find((known) => known === word);
    if (use !== undefined && name !== undefined && name !== '') marked.set(name, use);
  }
  return marked;
}

export function formatSpecialUses(marked: ReadonlyMap<MailboxName, SpecialUse>): string {
  return [...marked].map(([name, use]) => `${use}\t${name}\n`).join('');
}
