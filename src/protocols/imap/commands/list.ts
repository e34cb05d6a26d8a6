// LIST. RFC 3501 §6.3.8, RFC 5258 (LIST-EXTENDED), RFC 5819 (LIST-STATUS), RFC 3348 (\HasChildren), RFC 6154 §2.
// Children and special uses are always told: clients are glad of them, and the base grammar has room for them.

import type { ListCommand, ListSelection } from '../command.ts';
import { formatList, type ListedMailbox } from '../format/mailbox-data.ts';
import { matcherOf } from '../mailbox-pattern.ts';
import { ask, completed, type Move } from '../move.ts';
import type { Listing } from '../question.ts';
import type { LiveState } from '../state.ts';
import { formatStatus } from './status.ts';

/** All mailboxes, with what follows from where they stand. */
export interface MailboxTree {
  readonly listings: readonly Listing[];
  /** Names with something that exists below them. */
  readonly parents: ReadonlySet<string>;
}

type ChildInfo = NonNullable<ListedMailbox['childInfo']>;

interface Row {
  readonly listing: Listing;
  readonly line: string;
}

export function runList(command: ListCommand, state: LiveState): Move {
  const [pattern] = command.patterns;
  // The separator and the root of the namespace are asked for so: RFC 3501 §6.3.8.
  if (!command.extended && pattern === '') {
    return completed('LIST completed', { untagged: ['* LIST (\\Noselect) "/" ""\r\n'] });
  }
  return ask<'list'>({ kind: 'list' }, (listings) => {
    const rows = selectRows(command, { listings, parents: parentsOf(listings) });
    return command.returns.status === undefined
      ? finish(rows.map(({ line }) => line))
      : addStatus(command, rows, state);
  });
}

function finish(lines: readonly string[]): Move {
  return completed('LIST completed', { untagged: [lines.join('')] });
}

/** Each mailbox's STATUS behind its LIST line; those that cannot be opened have none. RFC 5819 §2. */
function addStatus({ returns }: ListCommand, rows: readonly Row[], { facts }: LiveState): Move {
  const lines: string[] = [];
  const next = (index: number): Move => {
    for (let i = index; i < rows.length; i++) {
      const { listing, line } = rows[i] as Row;
      lines.push(line);
      if (!listing.exists) continue;
      return ask<'status'>({ kind: 'status', mailbox: listing.name }, (outcome) => {
        if (outcome.ok) lines.push(formatStatus(listing.name, returns.status ?? [], outcome.value, facts));
        return next(i + 1);
      });
    }
    return finish(lines);
  };
  return next(0);
}

function selectRows(command: ListCommand, tree: MailboxTree): Row[] {
  const { selection, reference, patterns, extended } = command;
  const matches = matcherOf(patterns.map((pattern) => reference + pattern));
  const withSelectedBelow = selection.recursiveMatch ? parentsOfSelected(selection, tree) : new Set<string>();
  const rows: Row[] = [];
  for (const listing of tree.listings) {
    const selected = isSelected(listing, selection, tree);
    const childInfo = withSelectedBelow.has(listing.name);
    if (!(selected || childInfo) || !matches(listing.name)) continue;
    rows.push({
      listing,
      line: formatListing(listing, tree, extended, childInfo ? childCriteria(selection) : undefined),
    });
  }
  return rows;
}

function isSelected(listing: Listing, { subscribed, specialUse }: ListSelection, { parents }: MailboxTree): boolean {
  if (subscribed && !listing.subscribed) return false;
  if (specialUse && listing.specialUse === undefined) return false;
  return subscribed || listing.exists || parents.has(listing.name);
}

function formatListing(
  listing: Listing,
  tree: MailboxTree,
  extended: boolean,
  childInfo: ChildInfo | undefined,
): string {
  const attributes: string[] = [];
  if (!listing.exists) attributes.push(extended ? '\\NonExistent' : '\\Noselect');
  attributes.push(tree.parents.has(listing.name) ? '\\HasChildren' : '\\HasNoChildren');
  if (extended && listing.subscribed) attributes.push('\\Subscribed');
  if (listing.specialUse !== undefined) attributes.push(listing.specialUse);
  const listed = { name: listing.name, attributes, ...(childInfo === undefined ? {} : { childInfo }) };
  return formatList('LIST', listed, '/', 'modified-utf7');
}

/** RFC 5258 §3.5: what is selected below is said by the name of the option that selects it. */
function childCriteria({ subscribed, specialUse }: ListSelection): ChildInfo {
  return [...(subscribed ? (['SUBSCRIBED'] as const) : []), ...(specialUse ? (['SPECIAL-USE'] as const) : [])];
}

function parentsOfSelected(selection: ListSelection, tree: MailboxTree): Set<string> {
  return parentsOf(tree.listings.filter((listing) => isSelected(listing, selection, tree)));
}

export function parentsOf(listings: readonly Listing[]): Set<string> {
  const parents = new Set<string>();
  for (const { name, exists, subscribed } of listings) {
    if (!exists && !subscribed) continue;
    for (let at = name.lastIndexOf('/'); at > 0; at = name.lastIndexOf('/', at - 1)) {
      const parent = name.slice(0, at);
      if (parents.has(parent)) break;
      parents.add(parent);
    }
  }
  return parents;
}
