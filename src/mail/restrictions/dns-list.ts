// Lists in the DNS of clients and domains to refuse, or to let in. RFC 5782. A list that does not answer refuses nobody, and
// what might have been let in by one is deferred rather than refused.

import { type Mistake, mistake } from '#base/mistakes/mistake.ts';
import { err, ok, type Result } from '#base/result.ts';
import { reversedLabels } from '#base/reverse-name.ts';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { parseDomainName } from '#protocols/message/domain-name.ts';
import type { SmtpReply } from '#protocols/smtp/reply.ts';
import { findClientName, findReverseClientName, UNKNOWN_CLIENT } from './client-name.ts';
import { isAuthorized } from './destination.ts';
import { countsAnswer, type DnsList, parseDnsList } from './dns-list-name.ts';
import { expandTemplate, readReplyText } from './dns-list-reply.ts';
import { ask, hear, type Inquiry, type Said } from './fact.ts';
import { deferIfReject, type Opinion, PERMIT, refusal } from './opinion.ts';
import type { JudgedCommand, Knowledge, RestrictionKind, RestrictionKinds, SubjectKind } from './restriction.ts';

/** What is looked up in a list, and what replies call it. */
interface Listee {
  /** The name below the zone. */
  readonly label: string;
  readonly shown: string;
  readonly what: SubjectKind;
}

type FindListee = (command: JudgedCommand) => Said<Listee | undefined>;

const LISTED_ADDRESS = { needs: 'client', find: findClientAddress } as const;
const LISTED_CLIENT = { needs: 'client', find: findClientDomain } as const;

interface ListeeKind {
  readonly needs: Knowledge;
  readonly find: FindListee;
}

function findClientAddress({ session }: JudgedCommand): Listee | undefined {
  const { clientAddress } = session.connection;
  const label = reversedLabels(clientAddress);
  return label === undefined ? undefined : { label, shown: clientAddress, what: 'Client host' };
}

function* findClientDomain(): Inquiry<Listee | undefined> {
  return domainListee(yield* findClientName(), 'Client host');
}

function* findReverseClientDomain(): Inquiry<Listee | undefined> {
  return domainListee(yield* findReverseClientName(), 'Unverified Client host');
}

function findHeloDomain({ session }: JudgedCommand): Listee | undefined {
  return session.helo === undefined ? undefined : domainListee(session.helo, 'Helo command');
}

function findSenderDomain({ sender }: JudgedCommand): Listee | undefined {
  if (sender == null) return undefined;
  return domainListee(sender.domain, 'Sender address', formatAddrSpec(sender));
}

function findRecipientDomain({ recipient }: JudgedCommand): Listee | undefined {
  if (recipient === undefined) return undefined;
  return domainListee(recipient.domain, 'Recipient address', formatAddrSpec(recipient));
}

/** Names that end in digits are addresses, which such lists do not want to be asked for. */
function domainListee(domain: string, what: SubjectKind, shown = domain): Listee | undefined {
  const name = domain === UNKNOWN_CLIENT ? undefined : parseDomainName(domain);
  return name?.ok ? { label: name.value, shown, what } : undefined;
}

function rejectListed({ needs, find }: ListeeKind): RestrictionKind {
  return onList(needs, ok, function* (list, command) {
    const listee = yield* hear(find(command));
    if (listee === undefined) return undefined;
    const found = yield* lookUp(list, listee);
    if (found !== 'listed') return undefined;
    const reply = yield* refusalBy(list, listee, command);
    return list.weight === undefined ? { kind: 'refuse', reply } : { kind: 'weigh', weight: list.weight, reply };
  });
}

function permitListed({ needs, find }: ListeeKind): RestrictionKind {
  return onList(needs, lightening, function* (list, command) {
    const { destination, settings } = command;
    // Good manners are no reason to carry somebody's mail to anywhere.
    if (destination !== undefined && !isAuthorized(destination)) return undefined;
    const listee = yield* hear(find(command));
    if (listee === undefined) return undefined;
    const { shown, what } = listee;
    switch (yield* lookUp(list, listee)) {
      case 'listed': {
        const reply = refusal(settings.maps_rbl_reject_code, '7.1', 'Service unavailable');
        return list.weight === undefined ? PERMIT : { kind: 'weigh', weight: list.weight, reply };
      }
      case 'later':
        return deferIfReject(450, '7.1', `<${shown}>: ${what} rejected: Service unavailable`);
      default:
        return undefined;
    }
  });
}

function lightening(list: DnsList): Result<DnsList, Mistake> {
  const isHeavy = list.weight !== undefined && list.weight > 0;
  return isHeavy ? err(mistake('list-weight-above-zero')) : ok(list);
}

function onList(
  needs: Knowledge,
  check: (list: DnsList) => Result<DnsList, Mistake>,
  restriction: (list: DnsList, command: JudgedCommand) => Inquiry<Opinion | undefined>,
): RestrictionKind {
  return {
    needs,
    argument: mistake('argument-list'),
    build: (argument) => {
      const parsed = parseDnsList(argument);
      if (!parsed.ok) return parsed;
      const checked = check(parsed.value);
      if (!checked.ok) return checked;
      const list = checked.value;
      return ok({ restriction: (command) => restriction(list, command), uses: [{ kind: 'dns' }] });
    },
  };
}

function* lookUp({ zone, filter }: DnsList, { label }: Listee): Inquiry<'listed' | 'unlisted' | 'later'> {
  const answer = yield* ask({ kind: 'dns', name: `${label}.${zone}`, type: 'A' });
  if (answer.kind === 'later') return 'later';
  return answer.kind === 'found' && countsAnswer(answer.records, filter) ? 'listed' : 'unlisted';
}

const LONGEST_REASON = 500;

function* refusalBy(list: DnsList, listee: Listee, command: JudgedCommand): Inquiry<SmtpReply> {
  const { settings } = command;
  const said = yield* ask({ kind: 'dns', name: `${listee.label}.${list.zone}`, type: 'TXT' });
  const reason = said.kind === 'found' ? said.records.join(' / ').slice(0, LONGEST_REASON) : '';
  const macros = macrosOf(list, listee, reason, command);
  for (const table of settings.rbl_reply_maps) {
    const found = yield* ask({ kind: 'table', table, keys: [list.text] });
    const reply = found.kind === 'found' ? readReplyText(expandTemplate(found.value, macros)) : undefined;
    if (reply !== undefined) return reply;
  }
  return (
    readReplyText(expandTemplate(settings.default_rbl_reply, macros)) ?? refusal(450, '7.1', 'Service unavailable')
  );
}

function macrosOf({ zone }: DnsList, { shown, what }: Listee, reason: string, command: JudgedCommand) {
  const { session, sender, recipient, settings } = command;
  return {
    rbl_code: String(settings.maps_rbl_reject_code),
    rbl_class: what,
    rbl_domain: zone,
    rbl_reason: reason,
    rbl_txt: reason,
    rbl_what: shown,
    client_address: session.connection.clientAddress,
    helo_name: session.helo ?? '',
    sender: sender == null ? '<>' : formatAddrSpec(sender),
    sender_domain: sender?.domain ?? '',
    recipient: recipient === undefined ? '' : formatAddrSpec(recipient),
    recipient_domain: recipient?.domain ?? '',
  };
}

export const DNS_LIST: RestrictionKinds = {
  reject_rbl_client: rejectListed(LISTED_ADDRESS),
  reject_rhsbl_client: rejectListed(LISTED_CLIENT),
  reject_rhsbl_reverse_client: rejectListed({ needs: 'client', find: findReverseClientDomain }),
  reject_rhsbl_helo: rejectListed({ needs: 'greeting', find: findHeloDomain }),
  reject_rhsbl_sender: rejectListed({ needs: 'sender', find: findSenderDomain }),
  reject_rhsbl_recipient: rejectListed({ needs: 'recipient', find: findRecipientDomain }),
  permit_dnswl_client: permitListed(LISTED_ADDRESS),
  permit_rhswl_client: permitListed(LISTED_CLIENT),
};
