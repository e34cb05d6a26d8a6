// LSUB. RFC 3501 §6.3.9: where `%` stops above a subscribed mailbox, the level it stopped at is shown as \Noselect.

import { formatList } from '../format/mailbox-data.ts';
import { matcherOf } from '../mailbox-pattern.ts';
import { ask, completed, type Move } from '../move.ts';
import { parentsOf } from './list.ts';

export function runLsub({ reference, pattern }: { readonly reference: string; readonly pattern: string }): Move {
  return ask<'list'>({ kind: 'list' }, (listings) => {
    const matches = matcherOf([reference + pattern]);
    const subscribed = listings.filter((listing) => listing.subscribed);
    const names = new Map<string, string[]>(subscribed.map(({ name }) => [name, []]));
    if (pattern.endsWith('%')) {
      for (const parent of parentsOf(subscribed)) if (!names.has(parent)) names.set(parent, ['\\Noselect']);
    }
    const lines = [...names]
      .filter(([name]) => matches(name))
      .map(([name, attributes]) => formatList('LSUB', { name, attributes }, '/', 'modified-utf7'));
    return completed('LSUB completed', { untagged: [lines.join('')] });
  });
}
