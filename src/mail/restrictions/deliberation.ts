// Asks the restrictions of a list in their order: the first that permits or refuses wins. What cannot be decided now is
// remembered, as Postfix does: `defer_if_permit` from list to list, `defer_if_reject` until the end of one.

import { unreachable } from '#base/unreachable.ts';
import type { SmtpReply } from '#protocols/smtp/reply.ts';
import { type Inquiry, isInquiry } from './fact.ts';
import { configurationError, type MessageAction, type Notice, type Opinion } from './opinion.ts';
import type { JudgedCommand, RestrictionElement } from './restriction.ts';

/** Where a decision stands in the settings. */
export interface Ground {
  /** The restriction's name. */
  readonly rule: string;
  /** `smtpd_recipient_restrictions` */
  readonly list: string;
  /** `reject_rbl_client zen.example`; with the class that led to it, `strangers → reject_rbl_client zen.example`. */
  readonly element: string;
}

export type Decision =
  | { readonly kind: 'permit'; readonly ground: Ground }
  | { readonly kind: 'refuse'; readonly ground: Ground; readonly reply: SmtpReply };

/** A reply that was put by, for the end. */
export interface PendingDeferral {
  readonly ground: Ground;
  readonly reply: SmtpReply;
}

/** Classes in classes, tables that name restrictions with tables: Postfix's own bound. */
const DEEPEST_NESTING = 100;

/** Everything about one command that outlives a single restriction. */
export class Deliberation {
  readonly actions: MessageAction[] = [];
  readonly notices: Notice[] = [];
  deferIfPermit: PendingDeferral | undefined;
  #deferIfReject: PendingDeferral | undefined;
  #weight = 0;

  constructor(deferIfPermit?: PendingDeferral) {
    this.deferIfPermit = deferIfPermit;
  }

  get isDiscarded(): boolean {
    return this.actions.some(({ kind }) => kind === 'discard');
  }

  /** `undefined`: nobody has decided. */
  *ask(list: string, elements: readonly RestrictionElement[], command: JudgedCommand): Inquiry<Decision | undefined> {
    this.#deferIfReject = undefined;
    return yield* this.#askEach(elements, command, { list, path: '', onlyWarns: false, depth: 0 });
  }

  *#askEach(
    elements: readonly RestrictionElement[],
    command: JudgedCommand,
    place: Place,
  ): Inquiry<Decision | undefined> {
    for (const element of elements) {
      const said = element.restriction(command);
      const opinion = isInquiry(said) ? yield* said : said;
      if (opinion === undefined) continue;
      const decision = yield* this.#weigh(opinion, element, command, place);
      if (decision !== undefined) return decision;
      // Whatever follows, the answer is «later».
      if (this.deferIfPermit !== undefined && this.#deferIfReject !== undefined) return undefined;
    }
    return undefined;
  }

  *#weigh(
    opinion: Opinion,
    element: RestrictionElement,
    command: JudgedCommand,
    place: Place,
  ): Inquiry<Decision | undefined> {
    const onlyWarns = place.onlyWarns || element.onlyWarns;
    const path = `${place.path}${element.text}`;
    const ground = { rule: element.name, list: place.list, element: path };
    switch (opinion.kind) {
      case 'permit':
        return { kind: 'permit', ground };
      case 'refuse':
        if (opinion.notice !== undefined) this.notices.push(opinion.notice);
        return onlyWarns && opinion.isOurFault !== true
          ? this.#warn(opinion.reply)
          : this.#refuse(ground, opinion.reply);
      case 'defer-if-permit':
        if (onlyWarns) return this.#warn(opinion.reply);
        this.deferIfPermit ??= { ground, reply: opinion.reply };
        return undefined;
      case 'defer-if-reject':
        this.#deferIfReject ??= { ground, reply: opinion.reply };
        return undefined;
      case 'weigh':
        this.#weight += opinion.weight;
        if (opinion.weight <= 0 || this.#weight < command.settings.rbl_weight_threshold) return undefined;
        return onlyWarns ? this.#warn(opinion.reply) : this.#refuse(ground, opinion.reply);
      case 'consult': {
        if (place.depth >= DEEPEST_NESTING) return { kind: 'refuse', ground, reply: this.#nestsTooDeeply(place.list) };
        const inner = { list: place.list, path: `${path} → `, onlyWarns, depth: place.depth + 1 };
        return yield* this.#askEach(opinion.elements, command, inner);
      }
      case 'act':
        this.actions.push(opinion.action);
        if (opinion.notice !== undefined) this.notices.push(opinion.notice);
        return opinion.action.kind === 'discard' ? { kind: 'permit', ground } : undefined;
      case 'notice':
        this.notices.push(opinion.notice);
        return undefined;
      default:
        return unreachable(opinion);
    }
  }

  #refuse(ground: Ground, reply: SmtpReply): Decision {
    const doubt = reply.code >= 500 ? this.#deferIfReject : undefined;
    return { kind: 'refuse', ...(doubt ?? { ground, reply }) };
  }

  #warn({ code, enhanced, lines }: SmtpReply): undefined {
    this.notices.push({ word: 'reject_warning', text: `${code} ${enhanced} ${lines.join(' ')}` });
  }

  #nestsTooDeeply(list: string): SmtpReply {
    this.notices.push({ word: 'mistake', text: `${list}: restrictions lie more than ${DEEPEST_NESTING} deep` });
    return configurationError('').reply;
  }
}

interface Place {
  readonly list: string;
  /** What led here, through classes and tables. */
  readonly path: string;
  readonly onlyWarns: boolean;
  readonly depth: number;
}
