// What restrictions want to become of a message that is accepted (access(5)): redirected, copied, sent through a filter, held
// back, thrown away, with fields of ours on top.

import type { Log } from '#mail/ports/log.ts';
import type { MessageAction } from '#mail/restrictions/opinion.ts';
import type { Destination } from '#mail/routing/route.ts';
import type { Routing } from '#mail/routing/routing.ts';
import { readTransport } from '#mail/routing/transports.ts';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { ReversePath } from './envelope.ts';
import type { RoutedRecipient } from './plan.ts';

export interface ActionWorld {
  readonly routing: Pick<Routing, 'completeAddress' | 'findRoute'>;
  readonly log: Log;
}

export class MessageActions {
  readonly #actions: MessageAction[] = [];

  add(actions: readonly MessageAction[]): void {
    this.#actions.push(...actions);
  }

  get isDiscarded(): boolean {
    return this.#actions.some(({ kind }) => kind === 'discard');
  }

  get isHeld(): boolean {
    return this.#actions.some(({ kind }) => kind === 'hold');
  }

  /** Each with its line end; the one that was asked for last stands on top. */
  get fields(): string {
    const fields = this.#actions.flatMap((action) => (action.kind === 'prepend' ? [`${action.field}\r\n`] : []));
    return fields.toReversed().join('');
  }

  /** Throws WorldError when routing cannot ask what it needs. */
  async redirect(
    world: ActionWorld,
    sender: ReversePath,
    recipients: readonly RoutedRecipient[],
  ): Promise<readonly RoutedRecipient[]> {
    if (this.#actions.length === 0) return recipients;
    let all = recipients;
    for (const action of this.#actions) {
      if (action.kind === 'redirect') all = await routed(world, sender, action.to, recipients);
      if (action.kind === 'bcc') all = [...all, ...(await routed(world, sender, action.to, []))];
    }
    const filter = this.#actions.findLast((action) => action.kind === 'filter');
    const ways = filter === undefined ? all : filtered(world, filter.nextHop, all);
    const files = ways.some(({ destinations }) => destinations.some(({ kind }) => kind === 'mailbox'));
    if (this.isHeld && files) world.log.write('warn', 'cleanup', `warning: ${HELD_MAILBOXES}`);
    return ways;
  }
}

const HELD_MAILBOXES = 'HOLD keeps only what leaves by the queue: mailboxes of this server get their mail at once';

/** What nobody can deliver leaves all as it is. */
async function routed(
  { routing, log }: ActionWorld,
  sender: ReversePath,
  to: string,
  otherwise: readonly RoutedRecipient[],
): Promise<readonly RoutedRecipient[]> {
  const address = routing.completeAddress(to);
  const route = address && (await routing.findRoute(address, sender));
  if (address === undefined || route?.kind !== 'deliverable') {
    log.write('warn', 'cleanup', `warning: an access table names ${to}, where nothing can be delivered`);
    return otherwise;
  }
  const parameters = { notify: ['NEVER'], orcpt: undefined } as const;
  return [{ recipient: formatAddrSpec(address), parameters, destinations: route.destinations }];
}

/** `smtp:[127.0.0.1]:10025`: the filter sends it on, to those whom the sender named. */
function filtered(
  { routing, log }: ActionWorld,
  text: string,
  recipients: readonly RoutedRecipient[],
): readonly RoutedRecipient[] {
  const colon = text.indexOf(':');
  const entry = { transport: text.slice(0, colon), nextHop: text.slice(colon + 1), key: 'FILTER' };
  return recipients.map((routedRecipient) => {
    const address = routing.completeAddress(routedRecipient.recipient);
    const hop = address && readTransport(entry, address.domain);
    if (address === undefined || hop?.ok !== true || typeof hop.value === 'string') {
      log.write('warn', 'cleanup', `warning: FILTER ${text} is no way to a filter: smtp:, relay: and lmtp: are`);
      return routedRecipient;
    }
    const destination: Destination = { kind: 'next-hop', address, nextHop: hop.value, sender: undefined };
    return { ...routedRecipient, destinations: [destination] };
  });
}
