// Is this a first try? Bounces have no sender that could be remembered and are let in, and so is whom the settings name.

import type { FactContext } from '#mail/ports/fact-finder.ts';
import type { Greylist } from '#mail/ports/greylist.ts';
import type { Log } from '#mail/ports/log.ts';
import type { FactAnswers } from '#mail/restrictions/fact.ts';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { ClientNameAnswer } from './client-name.ts';
import { type ExemptClients, isExemptClient, isExemptRecipient } from './greylist-exemptions.ts';
import { type NetworkSizes, tripletOf } from './greylisting.ts';

export interface GreylistQuestionSettings extends NetworkSizes {
  readonly greylist_whitelist_clients: ExemptClients;
  readonly greylist_whitelist_recipients: readonly string[];
}

interface GreylistWorld {
  readonly greylist: Greylist;
  readonly log: Log;
  readonly settings: GreylistQuestionSettings;
}

const KNOWN = { kind: 'known' } as const;

/** Throws WorldError when the greylist cannot be asked. */
export async function askGreylist(
  { greylist, log, settings }: GreylistWorld,
  { session: { connection }, instance, sender, recipient }: FactContext,
  findName: () => Promise<ClientNameAnswer>,
): Promise<FactAnswers['greylist']> {
  const { clientAddress } = connection;
  const exempt = settings.greylist_whitelist_clients;
  if (!sender || recipient === undefined) return KNOWN;
  if (isExemptRecipient(settings.greylist_whitelist_recipients, recipient)) return KNOWN;
  if (isExemptClient(exempt, clientAddress, exempt.names.length > 0 ? provenName(await findName()) : undefined)) {
    return KNOWN;
  }
  const triplet = tripletOf(clientAddress, sender, recipient, settings);
  if (triplet === undefined) return KNOWN;
  const answer = await greylist.look(triplet);
  if (answer.kind === 'wait') {
    const { clientName = 'unknown' } = connection;
    const details = [
      'action=greylist',
      `reason=${answer.seconds}s missing`,
      `client_name=${clientName}`,
      `client_address=${clientAddress}`,
      `sender=${formatAddrSpec(sender)}`,
      `recipient=${formatAddrSpec(recipient)}`,
    ];
    log.write('info', 'greylist', details.join(', '), { journey: instance });
  }
  return answer;
}

function provenName(answer: ClientNameAnswer): string | undefined {
  return answer.kind === 'found' && answer.verified === true ? answer.name : undefined;
}
