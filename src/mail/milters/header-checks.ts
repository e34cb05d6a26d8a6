// milter_header_checks: the header fields that milters add or change in one message are looked up before they stand in it, and a
// table may let them stand, leave them out, write another, or say what becomes of the message.

import { unreachable } from '#base/unreachable.ts';
import type { MessageAction } from '#mail/restrictions/opinion.ts';
import type { RequestedChange } from './filtered-message.ts';
import { type HeaderCheckAction, readHeaderCheck } from './header-check-action.ts';
import type { MilterWish } from './milter-outcome.ts';

export interface HeaderCheckWorld {
  /** What the first table says that knows such a field. Throws WorldError. */
  readonly lookUp: (field: string) => Promise<string | undefined>;
  /** For the log: `word` as Postfix has it. */
  readonly note: (word: string, field: string, text: string) => void;
  readonly warn: (text: string) => void;
}

export interface CheckedChanges {
  readonly changes: readonly RequestedChange[];
  /** The first one that ends the message, or nothing. */
  readonly wish: MilterWish | undefined;
}

type FieldChange = Extract<RequestedChange, { readonly name: Buffer }>;

export class HeaderChecks {
  readonly #world: HeaderCheckWorld;
  /** Of the whole message: a table has said that this was enough. */
  #isOver = false;
  /** Where the message goes, if it is accepted. */
  readonly actions: MessageAction[] = [];

  constructor(world: HeaderCheckWorld) {
    this.#world = world;
  }

  /** Throws WorldError when a table cannot be asked. */
  async check(requested: readonly RequestedChange[], keepsSpace: boolean): Promise<CheckedChanges> {
    const changes: RequestedChange[] = [];
    let wish: MilterWish | undefined;
    for (const change of requested) {
      if (this.#isOver || !isWritten(change)) {
        changes.push(change);
        continue;
      }
      const field = fieldText(change, keepsSpace);
      const found = await this.#world.lookUp(field);
      const action = found === undefined ? KEEP : readHeaderCheck(found);
      const written = writtenBy(change, action, keepsSpace);
      if (written !== undefined) changes.push(written);
      const wanted = this.#follow(action, field);
      if (wanted === undefined) continue;
      wish = wanted;
      if (wanted.kind !== 'hold') break;
    }
    return { changes, wish };
  }

  /** What becomes of the message by it. */
  #follow(action: HeaderCheckAction, field: string): MilterWish | undefined {
    const { note, warn } = this.#world;
    switch (action.kind) {
      case 'keep':
        return undefined;
      case 'drop':
        if (action.isLogged) note('strip', field, action.text);
        return undefined;
      case 'mistake':
        warn(`milter_header_checks: ${action.text}`);
        return undefined;
      case 'log':
        note(action.word, field, action.text);
        return undefined;
      case 'replace':
        note('replace', field, action.text);
        return undefined;
      case 'pass':
        note('pass', field, action.text);
        this.#isOver = true;
        return undefined;
      case 'refuse':
        note('reject', field, action.text);
        this.#isOver = true;
        return { kind: 'refuse', reply: action.reply };
      case 'act':
        note(action.action.kind, field, action.text);
        return this.#act(action.action);
      default:
        return unreachable(action);
    }
  }

  #act(action: MessageAction): MilterWish | undefined {
    switch (action.kind) {
      case 'hold':
        return { kind: 'hold', reason: '' };
      case 'discard':
        this.#isOver = true;
        return { kind: 'discard' };
      case 'redirect':
        // As with Postfix: the last word on where the message goes.
        this.#isOver = true;
        this.actions.push(action);
        return undefined;
      default:
        this.actions.push(action);
        return undefined;
    }
  }
}

const KEEP: HeaderCheckAction = { kind: 'keep' };

/** A field that a milter takes away is not looked at. */
function isWritten(change: RequestedChange): change is FieldChange {
  return 'name' in change && !(change.kind === 'change-header' && change.value.length === 0);
}

function writtenBy(change: FieldChange, action: HeaderCheckAction, keepsSpace: boolean): RequestedChange | undefined {
  if (action.kind === 'drop') return undefined;
  if (action.kind !== 'replace') return change;
  const value = keepsSpace ? action.value : action.value.replace(/^ /, '');
  return { ...change, newName: Buffer.from(action.name), value: Buffer.from(value) };
}

function fieldText({ name, value }: FieldChange, keepsSpace: boolean): string {
  return `${name.toString('latin1')}:${keepsSpace ? '' : ' '}${value.toString()}`;
}
