// A message while one milter after the other looks at it: each sees what the former ones made of it. The body stays where it
// is until a milter writes another.

import { err, ok, type Result } from '#base/result.ts';
import { unreachable } from '#base/unreachable.ts';
import type { ReversePath } from '#mail/acceptance/envelope.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { MilterChange } from '#protocols/milter/reply.ts';
import { formatPath } from '#protocols/smtp/grammar/path.ts';
import type { FieldList } from './field-list.ts';

export interface FilteredBody {
  readonly content: MessageContent;
  /** Where it begins in the content. */
  readonly start: number;
}

/** All but those of the body, which come in pieces. */
export type RequestedChange =
  | Exclude<MilterChange, { kind: 'replace-body' } | FieldChange>
  /** `newName`: `milter_header_checks` call it otherwise. */
  | (FieldChange & { readonly newName?: Buffer });

type FieldChange = Extract<MilterChange, { readonly name: Buffer }>;

/** Of one milter, at the end of the message. */
export interface RequestedChanges {
  readonly changes: readonly RequestedChange[];
  readonly body: MessageContent | undefined;
}

/** Where they are from, for the journey; and how it writes fields. */
export interface ChangeOrigin {
  readonly milter: string;
  readonly keepsSpace: boolean;
}

/** `added X-Spam-Flag`, and whose it is. */
export interface ChangeNote {
  readonly milter: string;
  readonly change: string;
}

interface Hold {
  readonly milter: string;
  readonly reason: string;
}

/** What milters made of the message so far. */
interface Draft {
  fields: FieldList;
  body: FilteredBody;
  sender: ReversePath;
  added: AddrSpec[];
  /** In lower case. */
  deleted: Set<string>;
  /** For the journey. */
  notes: ChangeNote[];
  holds: Hold[];
}

export interface FilteredMessageParts extends Pick<Draft, 'fields' | 'body' | 'sender'> {
  /** `root` is `root@myorigin`; `undefined` for what is no address. */
  readonly completeAddress: (text: string) => AddrSpec | undefined;
}

export class FilteredMessage implements AsyncDisposable {
  readonly #completeAddress: FilteredMessageParts['completeAddress'];
  readonly #replaced = new AsyncDisposableStack();
  #draft: Draft;

  constructor({ fields, body, sender, completeAddress }: FilteredMessageParts) {
    this.#completeAddress = completeAddress;
    this.#draft = { fields, body, sender, added: [], deleted: new Set(), notes: [], holds: [] };
  }

  get isChanged(): boolean {
    return this.#draft.notes.length > 0;
  }

  get current(): Readonly<Omit<Draft, 'deleted'>> {
    return this.#draft;
  }

  isDeleted(recipient: string): boolean {
    return this.#draft.deleted.has(recipient.toLowerCase());
  }

  /** All or nothing, in their order. The error, for the log, is the milter's mistake. */
  apply({ changes, body }: RequestedChanges, origin: ChangeOrigin): Result<undefined, string> {
    const { fields, added, deleted, notes, holds, ...others } = this.#draft;
    const draft: Draft = {
      ...others,
      fields: fields.copy(),
      ...{ added: [...added], deleted: new Set(deleted), notes: [...notes], holds: [...holds] },
    };
    if (body !== undefined) {
      this.#replaced.use(body);
      draft.body = { content: body, start: 0 };
      note(draft, 'replaced body', origin);
    }
    for (const change of changes) {
      const applied = this.#applyOne(draft, change, origin);
      if (!applied.ok) return applied;
    }
    this.#draft = draft;
    return ok(undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#replaced.disposeAsync();
  }

  #applyOne(draft: Draft, change: RequestedChange, origin: ChangeOrigin): Result<undefined, string> {
    switch (change.kind) {
      case 'add-header':
      case 'insert-header':
      case 'change-header':
        return editField(draft, change, origin);
      case 'change-sender':
        return this.#changeSender(draft, change.address, origin);
      case 'add-recipient':
      case 'delete-recipient':
        return this.#editRecipients(draft, change, origin);
      case 'quarantine':
        draft.holds.push({ milter: origin.milter, reason: change.reason });
        return ok(undefined);
      default:
        return unreachable(change);
    }
  }

  #changeSender(draft: Draft, text: string, origin: ChangeOrigin): Result<undefined, string> {
    const bare = withoutBrackets(text);
    const sender = bare === '' ? undefined : this.#completeAddress(bare);
    if (sender === undefined && bare !== '') return err(`${JSON.stringify(text)} is no sender address`);
    draft.sender = sender;
    note(draft, `changed sender ${formatPath(sender)}`, origin);
    return ok(undefined);
  }

  #editRecipients(
    draft: Draft,
    { kind, address: text }: Extract<RequestedChange, { kind: 'add-recipient' | 'delete-recipient' }>,
    origin: ChangeOrigin,
  ): Result<undefined, string> {
    const address = this.#completeAddress(withoutBrackets(text));
    if (address === undefined) return err(`${JSON.stringify(text)} is no recipient address`);
    const isSame = (other: AddrSpec) => formatAddrSpec(other).toLowerCase() === formatAddrSpec(address).toLowerCase();
    draft.added = draft.added.filter((added) => !isSame(added));
    if (kind === 'add-recipient') draft.added.push(address);
    else draft.deleted.add(formatAddrSpec(address).toLowerCase());
    note(draft, `${kind === 'add-recipient' ? 'added' : 'removed'} recipient ${formatPath(address)}`, origin);
    return ok(undefined);
  }
}

function editField(
  draft: Draft,
  change: Extract<RequestedChange, { readonly name: Buffer }>,
  origin: ChangeOrigin,
): Result<undefined, string> {
  const edit = { ...change, keepsSpace: origin.keepsSpace };
  const name = (change.newName ?? change.name).toString('latin1').slice(0, LONGEST_NAME);
  switch (change.kind) {
    case 'add-header':
      note(draft, `added ${name}`, origin);
      return draft.fields.add(edit);
    case 'insert-header':
      note(draft, `added ${name}`, origin);
      return draft.fields.insert(change.index, edit);
    case 'change-header':
      note(draft, `${change.value.length === 0 ? 'removed' : 'changed'} ${name}`, origin);
      return draft.fields.change(change.index, edit);
    default:
      return unreachable(change);
  }
}

const LONGEST_NAME = 100;

function note(draft: Draft, change: string, { milter }: ChangeOrigin): void {
  draft.notes.push({ milter, change });
}

function withoutBrackets(text: string): string {
  const trimmed = text.trim();
  return trimmed.startsWith('<') && trimmed.endsWith('>') ? trimmed.slice(1, -1) : trimmed;
}
