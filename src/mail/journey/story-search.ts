// What somebody wants to know of: an id, an address, a client, a time. Words for the archive, not for a person.

import { addressMarks, bareMessageId, clientMarks, markOf } from './marks.ts';

export interface StorySearch {
  /** A queue id, connection id, Message-ID, address, login, client's address or domain: whatever of these it is. */
  readonly about?: string;
  /** An address, a domain, or `<>`. */
  readonly from?: string;
  readonly to?: string;
  readonly client?: string;
  /** When the story began. */
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** So many, the newest. */
  readonly limit: number;
}

/** All of these marks must be borne. */
export type MarkSet = readonly string[];

/**
 * Readings of a search, in the order in which they are tried; the first that finds something holds. A story answers a reading
 * when it bears all the marks of one of its sets.
 */
export function readingsOf({ about, from, to, client }: Omit<StorySearch, 'limit'>): MarkSet[][] {
  const wanted = [
    ...(from === undefined ? [] : [partyMark('from', from)]),
    ...(to === undefined ? [] : [partyMark('to', to)]),
    ...(client === undefined ? [] : [clientMarks(client)[0] ?? markOf('client', client)]),
  ];
  if (about === undefined) return [[wanted]];
  return readingsOfText(about.trim()).map((alternatives) => alternatives.map((mark) => [mark, ...wanted]));
}

/** Of one address (or domain, or login) in any role. */
function readingsOfText(text: string): string[][] {
  const ids = [[markOf('id', text)], [markOf('message-id', bareMessageId(text))]];
  const client = clientMarks(text);
  if (client.length > 0) return [client, ...ids];
  const address = bareMessageId(text).replace(/^@/, '');
  return [...ids, [partyMark('from', address), partyMark('to', address), markOf('login', address.toLowerCase())]];
}

/** `ana@example.org`; `example.org` or `@example.org`; `<>`. A name without a dot is a user's. */
function partyMark(word: 'from' | 'to', text: string): string {
  const bare = bareMessageId(text).toLowerCase();
  if (bare.startsWith('@')) return markOf(`${word}-domain`, bare.slice(1));
  if (!bare.includes('@') && bare.includes('.')) return markOf(`${word}-domain`, bare);
  const [mark = markOf(word, bare)] = addressMarks(word, bare);
  return mark;
}
