// What is known when the whole message is judged. Throws WorldError when the directory or the content cannot be asked.

import type { AuthenticationFacts } from '#mail/policy/authentication.ts';
import type { ContentFacts } from '#mail/policy/content.ts';
import type { AuthorshipFacts } from '#mail/policy/submission.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { Directory } from '#mail/ports/directory.ts';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { findAddrSpec, parseAddressList } from '#protocols/message/address-list.ts';
import type { AcceptanceWorld } from './acceptance-world.ts';
import { type MessageHeader, textsOf } from './message-header.ts';
import { isOwnAddress } from './ownership.ts';

export interface ContentQuestion {
  readonly queueId: string;
  readonly sizeBytes: number;
  /** `undefined` when it is too large. */
  readonly header: MessageHeader | undefined;
  /** Who submits it; `undefined` on 25 and LMTP. */
  readonly submitter: AccountId | undefined;
  /** What is known of a stranger. */
  readonly authentication: AuthenticationFacts | undefined;
}

export async function gatherContentFacts(
  { directory, settings }: Pick<AcceptanceWorld, 'directory' | 'settings'>,
  { queueId, sizeBytes, header, submitter, authentication }: ContentQuestion,
): Promise<ContentFacts> {
  return {
    queueId,
    sizeBytes,
    messageSizeLimit: settings.message_size_limit,
    headerTooLarge: header === undefined,
    headerSizeLimit: settings.header_size_limit,
    hops: header === undefined ? 0 : textsOf(header, 'received').length,
    hopcountLimit: settings.hopcount_limit,
    authorship: submitter && header ? await gatherAuthorship(directory, submitter, header) : undefined,
    authentication,
  };
}

/** Authors that one message may name; each is looked up. */
const MAX_AUTHORS = 20;

async function gatherAuthorship(
  directory: Directory,
  account: AccountId,
  header: MessageHeader,
): Promise<AuthorshipFacts> {
  const from = textsOf(header, 'from');
  const sender = textsOf(header, 'sender');
  const lists = [...from, ...sender].slice(0, 2).map((text) => parseAddressList(text, MAX_AUTHORS));
  const authors = lists.map(({ entries }) => entries.filter((entry) => entry.host !== undefined).map(findAddrSpec));
  const readable = lists.every(({ truncated }) => !truncated) && authors.every(isNonEmptyList);
  const foreignAuthors: string[] = [];
  for (const author of authors.flat()) {
    if (author === undefined || (await isOwnAddress(directory, account, author))) continue;
    foreignAuthors.push(formatAddrSpec(author));
  }
  return { account, fromFields: from.length, senderFields: sender.length, readable, foreignAuthors };
}

/** True when at least one address was found, and every one can be mailed to. */
function isNonEmptyList(addresses: readonly unknown[]): boolean {
  return addresses.length > 0 && addresses.every((address) => address !== undefined);
}
