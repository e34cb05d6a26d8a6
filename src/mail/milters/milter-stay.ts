// All milters of one door, for one client's stay: asked one after the other, in the order of the settings, until one is
// against it. What each of them has settled, for a message or for the client, is not asked again.

import type { Milter, MilterAnswer, MilterDialer, MilterLink } from '#mail/ports/milter.ts';
import type { MacroValues, MilterCommand } from '#protocols/milter/command.ts';
import { type MilterStep, wantsRefusedRecipients } from '#protocols/milter/negotiation.ts';
import type { FilteredMessage } from './filtered-message.ts';
import type { HeaderChecks } from './header-checks.ts';
import { type InspectionWorld, inspectMessage } from './message-inspection.ts';
import { type MilterOutcome, type MilterWish, outcomeOf } from './milter-outcome.ts';

export interface MilterWorld extends InspectionWorld {
  readonly dialer: MilterDialer;
  /** For the log: a milter that cannot be asked. */
  readonly warn: (text: string) => void;
}

/**
 * Of one milter, by its name. `ground`: it says so itself; or it could not be asked, and the settings say what follows; or they
 * say so of a field that it wrote.
 */
export type NamedWish = MilterWish & {
  readonly milter: string;
  readonly ground: 'milter' | 'milter_default_action' | 'milter_header_checks';
};

interface Member {
  readonly milter: Milter;
  readonly link: MilterLink;
  standing:
    | { readonly phase: 'listening' }
    /** It has seen enough of this message. */
    | { readonly phase: 'content' }
    | { readonly phase: 'settled'; readonly wish: NamedWish | undefined };
}

type Told = Exclude<MilterCommand, { step: 'header' | 'end-of-header' | 'body' | 'end-of-message' }>;

export class MilterStay {
  readonly #world: MilterWorld;
  readonly #members: readonly Member[];

  constructor(world: MilterWorld, milters: readonly Milter[]) {
    this.#world = world;
    this.#members = milters.map((milter) => ({
      milter,
      link: world.dialer.open(milter),
      standing: { phase: 'listening' },
    }));
  }

  get names(): readonly string[] {
    return this.#members.map(({ milter }) => milter.name);
  }

  /** One of them is against the client, whatever it says. */
  get isSettled(): boolean {
    return this.#members.some(({ standing }) => standing.phase === 'settled' && standing.wish?.kind === 'refuse');
  }

  /** The first that one of them has against it, or wants to become of it. */
  async tell(command: Told, macros: MacroValues): Promise<NamedWish | undefined> {
    for (const member of this.#members) {
      const { standing, link } = member;
      const wish =
        standing.phase === 'listening'
          ? this.#settle(member, command.step, await link.tell(command, macros))
          : standing.phase === 'settled'
            ? standing.wish
            : undefined;
      // What is to be held back is decided at the end, and the others are asked all the same.
      if (wish !== undefined && wish.kind !== 'hold') return wish;
    }
    return undefined;
  }

  /** A recipient that we refused ourselves, for those who want to know; what they say changes nothing. */
  async mention(command: Extract<Told, { words: readonly string[] }>, macros: MacroValues): Promise<void> {
    for (const member of this.#members) {
      const { standing, link } = member;
      if (standing.phase !== 'listening' || link.agreement === undefined) continue;
      if (!wantsRefusedRecipients(link.agreement)) continue;
      const answer = await link.tell(command, macros);
      if (answer.kind === 'failed') this.#settle(member, command.step, answer);
    }
  }

  /** Each milter sees what the former ones made of the message. Throws WorldError when it cannot be read. */
  async inspect(message: FilteredMessage, macros: MacroValues, checks?: HeaderChecks): Promise<readonly NamedWish[]> {
    const wishes: NamedWish[] = [];
    for (const member of this.#members) {
      if (member.standing.phase === 'content') continue;
      const wanted = await this.#inspectBy(member, { message, macros, checks });
      wishes.push(...wanted);
      if (wanted.some(({ kind }) => kind !== 'hold')) break;
    }
    const holds = message.current.holds.map((hold): NamedWish => ({ kind: 'hold', ground: 'milter', ...hold }));
    return [...wishes, ...holds];
  }

  async #inspectBy(
    member: Member,
    { message, macros, checks }: { message: FilteredMessage; macros: MacroValues; checks: HeaderChecks | undefined },
  ): Promise<readonly NamedWish[]> {
    const { standing, milter, link } = member;
    if (standing.phase === 'settled') return standing.wish === undefined ? [] : [standing.wish];
    const { answer, fieldWish } = await inspectMessage(this.#world, { milter, link, macros, checks }, message);
    const wish = this.#settle(member, 'end-of-message', answer);
    const ofField = fieldWish && ({ ...fieldWish, milter: milter.name, ground: 'milter_header_checks' } as const);
    return [wish, ofField].filter((each) => each !== undefined);
  }

  /** The client may begin another. */
  endMessage(): void {
    for (const member of this.#members) {
      if (member.standing.phase === 'settled') continue;
      member.link.abort();
      member.standing = { phase: 'listening' };
    }
  }

  end(): void {
    for (const { link } of this.#members) link.quit();
  }

  #settle(member: Member, step: MilterStep, answer: MilterAnswer): NamedWish | undefined {
    const { milter, link } = member;
    const outcome = outcomeOf(answer, step, milter);
    if (outcome.failure !== undefined) this.#world.warn(outcome.failure);
    const wish = named(outcome, milter);
    if (outcome.lasts === 'stay') {
      member.standing = { phase: 'settled', wish };
      link.quit();
    } else if (outcome.lasts === 'message') member.standing = { phase: 'content' };
    return wish;
  }
}

function named({ wish, failure }: MilterOutcome, { name }: Milter): NamedWish | undefined {
  return wish && { ...wish, milter: name, ground: failure === undefined ? 'milter' : 'milter_default_action' };
}
