// One milter reads one message: its fields, its body piece by piece, and what it wants to be changed at the end. Nothing is
// changed before it has said that it is done.

import { bodyOctets } from '#mail/acceptance/body-octets.ts';
import type { ContentStore } from '#mail/ports/message-content.ts';
import type { Milter, MilterAnswer, MilterLink } from '#mail/ports/milter.ts';
import { LARGEST_BODY_PIECE_OCTETS, type MacroValues } from '#protocols/milter/command.ts';
import { isWanted, keepsLeadingSpace } from '#protocols/milter/negotiation.ts';
import type { MilterChange } from '#protocols/milter/reply.ts';
import type { FilteredBody, FilteredMessage, RequestedChange } from './filtered-message.ts';
import type { HeaderChecks } from './header-checks.ts';
import { shownValue } from './milter-field.ts';
import type { MilterWish } from './milter-outcome.ts';
import { ReplacedBody } from './replaced-body.ts';

export interface InspectionLimits {
  /** Of a body that a milter writes; 0 is no limit. */
  readonly messageOctets: number;
  /** Changes that one milter may ask for, and octets of the fields and addresses in them. */
  readonly changes: number;
  readonly changeOctets: number;
}

export interface InspectionWorld {
  readonly contentStore: ContentStore;
  readonly limits: InspectionLimits;
}

export interface InspectedBy {
  readonly milter: Milter;
  readonly link: MilterLink;
  readonly macros: MacroValues;
  /** What the settings say of fields that milters write. */
  readonly checks?: HeaderChecks | undefined;
}

export interface Inspected {
  /** The milter's last word; its changes are in the message by then. */
  readonly answer: MilterAnswer;
  /** Of a field that it wrote. */
  readonly fieldWish?: MilterWish | undefined;
}

/** Throws WorldError when the content cannot be read. */
export async function inspectMessage(
  world: InspectionWorld,
  inspector: InspectedBy,
  message: FilteredMessage,
): Promise<Inspected> {
  const answer = (await tellFields(inspector, message)) ?? (await tellBody(inspector, message.current.body));
  return answer === undefined ? await endMessage(world, inspector, message) : { answer };
}

async function endMessage(
  world: InspectionWorld,
  inspector: InspectedBy,
  message: FilteredMessage,
): Promise<Inspected> {
  const { link, macros, milter, checks } = inspector;
  await using requested = new ChangeCollector(world);
  const last = await link.tell({ step: 'end-of-message' }, macros, (change) => requested.take(change));
  if (last.kind !== 'continue' && last.kind !== 'accept') return { answer: last };
  if (requested.excess !== undefined) return { answer: failed(milter, requested.excess) };
  const keepsSpace = link.agreement !== undefined && keepsLeadingSpace(link.agreement);
  const { changes, body } = await requested.finish();
  const checked = await checks?.check(changes, keepsSpace);
  const applied = message.apply({ changes: checked?.changes ?? changes, body }, { milter: milter.name, keepsSpace });
  return applied.ok ? { answer: last, fieldWish: checked?.wish } : { answer: failed(milter, applied.error) };
}

/** `undefined` when it wants to see more. */
async function tellFields({ link, macros }: InspectedBy, message: FilteredMessage): Promise<MilterAnswer | undefined> {
  const keepsSpace = link.agreement !== undefined && keepsLeadingSpace(link.agreement);
  for (const field of message.current.fields.shown) {
    const value = shownValue(field, keepsSpace);
    const told = link.tell({ step: 'header', name: field.name, value }, macros);
    const answer = told instanceof Promise ? await told : told;
    if (answer.kind !== 'continue') return answer;
  }
  const answer = await link.tell({ step: 'end-of-header' }, macros);
  return answer.kind === 'continue' ? undefined : answer;
}

async function tellBody({ link, macros }: InspectedBy, body: FilteredBody): Promise<MilterAnswer | undefined> {
  if (link.agreement === undefined || !isWanted(link.agreement, 'body')) return undefined;
  for await (const octets of bodyPieces(body)) {
    const told = link.tell({ step: 'body', octets }, macros);
    const answer = told instanceof Promise ? await told : told;
    if (answer.kind === 'skip') return undefined;
    if (answer.kind !== 'continue') return answer;
  }
  return undefined;
}

async function* bodyPieces({ content, start }: FilteredBody): AsyncGenerator<Buffer> {
  for await (const octets of bodyOctets(content, start)) {
    for (let at = 0; at < octets.length; at += LARGEST_BODY_PIECE_OCTETS) {
      yield octets.subarray(at, at + LARGEST_BODY_PIECE_OCTETS);
    }
  }
}

/** Holds what a milter asks for until it is done, within limits. */
class ChangeCollector implements AsyncDisposable {
  readonly #world: InspectionWorld;
  readonly #changes: RequestedChange[] = [];
  #octets = 0;
  #body: ReplacedBody | undefined;

  constructor(world: InspectionWorld) {
    this.#world = world;
  }

  /** Why it is too much; for the log. */
  get excess(): string | undefined {
    const { changes, changeOctets, messageOctets } = this.#world.limits;
    if (this.#changes.length > changes) return `it asks for more than ${changes} changes`;
    if (this.#octets > changeOctets) return `it asks for changes of more than ${changeOctets} octets`;
    return this.#body?.isTooLarge ? `its new body is larger than ${messageOctets} octets` : undefined;
  }

  take(change: MilterChange): Promise<void> | undefined {
    if (this.excess !== undefined) return undefined;
    if (change.kind === 'replace-body') {
      const { contentStore, limits } = this.#world;
      this.#body ??= new ReplacedBody(contentStore, limits.messageOctets);
      return this.#body.write(change.octets);
    }
    this.#octets += octetsOf(change);
    this.#changes.push(change);
    return undefined;
  }

  async finish() {
    return { changes: this.#changes, body: await this.#body?.finish() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#body?.[Symbol.asyncDispose]();
  }
}

function octetsOf(change: RequestedChange): number {
  if ('name' in change) return change.name.length + change.value.length;
  return 'address' in change ? change.address.length : change.reason.length;
}

function failed({ name }: Milter, text: string): MilterAnswer {
  return { kind: 'failed', text: `milter ${name}: ${text}` };
}
