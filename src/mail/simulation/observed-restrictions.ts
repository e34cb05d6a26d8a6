// Restrictions that tell of themselves: the real ones, each of which reports what it said when it was asked.

import { unreachable } from '#base/unreachable.ts';
import { type Inquiry, isInquiry } from '#mail/restrictions/fact.ts';
import type { Restrictions } from '#mail/restrictions/judge-command.ts';
import type { Opinion } from '#mail/restrictions/opinion.ts';
import type { RestrictionElement } from '#mail/restrictions/restriction.ts';
import { LIST_NAMES, type RestrictionList } from '#mail/restrictions/restriction-lists.ts';
import type { RuleCheck } from './outcome.ts';

type Report = (check: RuleCheck) => void;

export function observedRestrictions({ lists, settings }: Restrictions, report: Report): Restrictions {
  const observed = LIST_NAMES.map((name): [string, RestrictionList] => {
    const elements = lists[name].elements.map((element) => observe(element, name, report));
    return [name, { name, elements }];
  });
  return { lists: { ...lists, ...Object.fromEntries(observed) }, settings };
}

function observe(element: RestrictionElement, list: string, report: Report): RestrictionElement {
  const told = (opinion: Opinion | undefined): Opinion | undefined => {
    report({ rule: element.name, outcome: outcomeOf(opinion, element), list, element: element.text });
    // Those that are asked in its place tell of themselves, too.
    return opinion?.kind === 'consult'
      ? { ...opinion, elements: opinion.elements.map((inner) => observe(inner, list, report)) }
      : opinion;
  };
  return {
    ...element,
    restriction: (command) => {
      const said = element.restriction(command);
      return isInquiry(said) ? listenTo(said, told) : told(said);
    },
  };
}

function* listenTo(
  inquiry: Inquiry<Opinion | undefined>,
  told: (opinion: Opinion | undefined) => Opinion | undefined,
): Inquiry<Opinion | undefined> {
  return told(yield* inquiry);
}

function outcomeOf(opinion: Opinion | undefined, { onlyWarns }: RestrictionElement): RuleCheck['outcome'] {
  if (opinion === undefined) return 'silent';
  switch (opinion.kind) {
    case 'permit':
      return 'permit';
    case 'refuse':
      if (onlyWarns && opinion.isOurFault !== true) return 'noted';
      return opinion.reply.code < 500 ? 'defer' : 'reject';
    case 'defer-if-permit':
    case 'defer-if-reject':
    case 'weigh':
    case 'consult':
    case 'act':
    case 'notice':
      return 'noted';
    default:
      return unreachable(opinion);
  }
}
