// An accepted message passes the milters: they see it as it would leave, but for our Received and our signatures, and what they
// make of it takes its place.

import { WorldError } from '#base/world-error.ts';
import type { FieldList } from '#mail/milters/field-list.ts';
import type { FilteredMessage } from '#mail/milters/filtered-message.ts';
import type { Verdict } from '#mail/policy/verdict.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import { readKeyName } from '#protocols/dkim/key-name.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { AcceptanceWorld } from './acceptance-world.ts';
import { amend, NO_AMENDMENTS } from './amendments.ts';
import { composeContent } from './composed-content.ts';
import type { ReversePath } from './envelope.ts';
import { type AcceptedMessage, ADDED_HEADER_OCTETS, formatFieldsAbove } from './message-commit.ts';
import { type MessageHeader, readMessageHeader } from './message-header.ts';
import type { MessageMilters } from './message-milters.ts';
import type { RoutedRecipient } from './plan.ts';
import type { KeyName } from './signing.ts';

export interface Filtering extends AsyncDisposable {
  readonly refusal: Verdict | undefined;
  readonly message: AcceptedMessage;
}

/** Where nobody looks at it, or somebody is against it already. */
export function unfiltered(message: AcceptedMessage, refusal?: Verdict): Filtering {
  return {
    message,
    refusal,
    async [Symbol.asyncDispose]() {
      // The content stays whose it was.
    },
  };
}

/** Throws WorldError, and then nothing has changed. */
export async function filterMessage(
  world: AcceptanceWorld,
  milters: MessageMilters,
  message: AcceptedMessage,
): Promise<Filtering> {
  const { journeyLog } = world;
  const { queueId } = message;
  await using opened = new AsyncDisposableStack();
  const { content, changes } = amend(message.content, message.header, message.amendments);
  for (const change of changes) journeyLog.record(queueId, { kind: 'amended', change });
  const header = await readAgain(world, content);
  const above = formatFieldsAbove(world, message);
  const { filtered, refusal } = await milters.inspect({ content, header, above, sender: message.envelope.reversePath });
  opened.use(filtered);
  for (const note of filtered.current.notes) journeyLog.record(queueId, { kind: 'amended', ...note });
  const amended = { ...message, amendments: NO_AMENDMENTS, content, header, above };
  const next = refusal === undefined && filtered.isChanged ? await changed(world, amended, filtered) : amended;
  const mailbox = milters.wantsQuarantine ? ('Junk' as const) : message.mailbox;
  const resources = opened.move();
  return { refusal, message: { ...next, mailbox }, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

async function changed(
  world: AcceptanceWorld,
  message: AcceptedMessage,
  filtered: FilteredMessage,
): Promise<AcceptedMessage> {
  const { fields, body, sender } = filtered.current;
  const head = Buffer.concat([...fields.below.map(({ octets }) => octets), CRLF]);
  const content = composeContent(head, body.content, body.start);
  return {
    ...message,
    content,
    header: await readAgain(world, content),
    above: Buffer.concat(fields.above.map(({ octets }) => octets)).toString(),
    envelope: { ...message.envelope, reversePath: sender },
    recipients: await changeRecipients(world, message.recipients, filtered),
    signedWith: signaturesAmong(fields),
  };
}

const CRLF = Buffer.from('\r\n');

async function readAgain({ settings }: AcceptanceWorld, content: MessageContent): Promise<MessageHeader> {
  const header = await readMessageHeader(content, settings.header_size_limit + ADDED_HEADER_OCTETS);
  if (header === undefined) throw new WorldError('milters made the header too large', { transient: true });
  return header;
}

async function changeRecipients(
  world: AcceptanceWorld,
  recipients: readonly RoutedRecipient[],
  filtered: FilteredMessage,
): Promise<readonly RoutedRecipient[]> {
  const kept = recipients.filter(({ recipient }) => !filtered.isDeleted(recipient));
  const { added, sender } = filtered.current;
  const isKept = (address: AddrSpec) => kept.some(({ recipient }) => recipient === formatAddrSpec(address));
  const fresh = added.filter((address) => !isKept(address));
  return [...kept, ...(await Promise.all(fresh.map((address) => routeAdded(world, address, sender))))];
}

/** A milter may have taken out all others: what it adds must lead somewhere, or the sender keeps the message. */
async function routeAdded(
  { routing }: AcceptanceWorld,
  address: AddrSpec,
  sender: ReversePath,
): Promise<RoutedRecipient> {
  const route = await routing.findRoute(address, sender);
  const recipient = formatAddrSpec(address);
  if (route.kind !== 'deliverable') {
    throw new WorldError(`a milter added <${recipient}>, where nothing can be delivered`, { transient: true });
  }
  return { recipient, parameters: { notify: undefined, orcpt: undefined }, destinations: route.destinations };
}

function signaturesAmong({ shown }: FieldList): readonly KeyName[] {
  return shown.flatMap(({ name, octets, isWritten }) => {
    if (!isWritten || name.toLowerCase() !== 'dkim-signature') return [];
    const key = readKeyName(octets.toString('latin1', octets.indexOf(':') + 1));
    return key === undefined ? [] : [key];
  });
}
