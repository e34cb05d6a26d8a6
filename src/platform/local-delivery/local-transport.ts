// Carries messages to the users of this machine: asks the user's own process what `~/.forward` and the settings say, the spool
// process to write into /var/mail, and sends on what goes to other addresses. Nothing is done here as anybody but ourselves.

import { WorldError } from '#base/world-error.ts';
import { composeContent } from '#mail/acceptance/composed-content.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { OwnMail } from '#mail/ports/own-mail.ts';
import type { SystemUser, SystemUsers } from '#mail/ports/system-users.ts';
import type { DeliveryJob, DeliveryOutcome, DeliveryReport, Transport } from '#mail/ports/transport.ts';
import type { QueuedRecipient } from '#mail/queue/queued-message.ts';
import { readWhole } from '#platform/files/read-whole.ts';
import { askAgain } from '#platform/ipc/ask-again.ts';
import type { Channel } from '#platform/ipc/channel.ts';
import { deferred, failed } from '#platform/mbox/mailbox-fault.ts';
import { askWithContent } from './carried-content.ts';
import { readDeliveredTo } from './delivered-to.ts';
import { DeliveriesBegun, type DeliveryBegun } from './deliveries-begun.ts';
import { type DeliveryAnswer, type DeliveryDone, delivered, isDeliveryAnswer } from './delivery-answer.ts';
import type { DeliveryOrder, LocalDeliverySettings } from './delivery-order.ts';

export interface LocalTransportOptions {
  readonly clock: Clock;
  readonly users: SystemUsers;
  readonly settings: LocalDeliverySettings;
  /** Copies to other addresses come in by the same door as all mail. */
  readonly ownMail: OwnMail;
  /** Both throw WorldError when there is none. */
  spool(): Promise<Channel>;
  mailboxOf(user: string): Promise<Channel>;
}

/** What both processes answer to. */
export const DELIVER = 'deliver';

/** For next hops of the transports `local`, `pipe` and `file`. */
export function createLocalTransport(options: LocalTransportOptions): Transport {
  const begun = new DeliveriesBegun();
  return {
    async deliver(job): Promise<DeliveryReport> {
      const startMs = performance.now();
      const outcomes: DeliveryOutcome[] = [];
      const passed = await readDeliveredTo(job.content);
      for (const recipient of job.recipients) {
        outcomes.push(await deliverOne(options, begun, { job, recipient, passed }));
      }
      return { outcomes, connectMs: 0, deliverMs: Math.round(performance.now() - startMs) };
    },
  };
}

interface LocalDelivery {
  readonly job: DeliveryJob;
  readonly recipient: QueuedRecipient;
  /** Where the message has been. */
  readonly passed: ReadonlySet<string>;
}

async function deliverOne(
  options: LocalTransportOptions,
  deliveries: DeliveriesBegun,
  delivery: LocalDelivery,
): Promise<DeliveryOutcome> {
  const { job, recipient, passed } = delivery;
  const key = JSON.stringify([job.message.queueId, recipient.address, recipient.nextHop]);
  const answer = passed.has(recipient.address.toLowerCase())
    ? failed('5.4.6', `mail forwarding loop for ${recipient.address}`)
    : await carryOut(options, deliveries.get(key), delivery).catch(laterOf);
  if (answer.kind !== 'deferred') deliveries.forget(key);
  if (answer.kind === 'done') return { recipient, kind: 'delivered', status: '2.0.0', text: answer.text };
  return { recipient, ...answer };
}

function laterOf(cause: unknown): DeliveryAnswer {
  if (!(cause instanceof WorldError)) throw cause;
  return deferred('4.3.0', cause.message);
}

async function carryOut(
  options: LocalTransportOptions,
  begun: DeliveryBegun,
  delivery: LocalDelivery,
): Promise<DeliveryAnswer> {
  const { recipient, job } = delivery;
  const order = orderFor(options, delivery);
  if (order === undefined) return failed('5.3.5', 'not for this transport');
  const user = await options.users.find(order.user);
  if (user === undefined) return unknownUser(order);
  const content = composeContent(Buffer.from(traceOf(job, recipient)), job.content, 0);
  if (begun.done === undefined) {
    const answer = await askUser(options, user, order, content);
    if (answer.kind !== 'done') return answer;
    begun.done = answer;
  }
  if (begun.done.toSpool && !begun.inSpool) {
    const answer = await askProcess(options.spool, order, content);
    if (answer.kind !== 'done') return answer;
    begun.inSpool = true;
  }
  await sendOn(options.ownMail, begun, begun.done, delivery);
  return delivered(textOf(begun, begun.done));
}

/** Whose commands and files they are is said by our settings: mail waits until those are right. */
function unknownUser({ action, user }: DeliveryOrder): DeliveryAnswer {
  if (action === 'user') return failed('5.1.1', `unknown user: "${user}"`);
  return deferred('4.3.5', `mail system configuration error: unknown user "${user}"`);
}

/** Root executes nothing and reads no file of its home: its mail goes to the spool. */
async function askUser(
  { mailboxOf }: LocalTransportOptions,
  user: SystemUser,
  order: DeliveryOrder,
  content: MessageContent,
): Promise<DeliveryAnswer> {
  if (user.uid !== 0) return await askProcess(() => mailboxOf(user.name), order, content);
  if (order.action === 'user') return { kind: 'done', text: '', forwards: [], toSpool: true };
  return failed('5.3.5', 'nothing is run, and no file written, as root');
}

function askProcess(
  channelTo: () => Promise<Channel>,
  order: DeliveryOrder,
  content: MessageContent,
): Promise<DeliveryAnswer> {
  return askAgain(channelTo, async (channel) => {
    const answer = await askWithContent(channel, DELIVER, order, content);
    if (isDeliveryAnswer(answer)) return answer;
    throw new WorldError(`an answer of ${channel.peer}`, { transient: true });
  });
}

async function sendOn(
  ownMail: OwnMail,
  { forwarded }: DeliveryBegun,
  { forwards }: DeliveryDone,
  { job, recipient }: LocalDelivery,
): Promise<void> {
  const waiting = forwards.filter((address) => !forwarded.has(address));
  if (waiting.length === 0) return;
  const head = Buffer.from(`Delivered-To: ${recipient.address}\r\n`);
  const octets = Buffer.concat([head, await readWhole(job.content)]);
  const { smtpUtf8 } = job.message;
  for (const address of waiting) {
    forwarded.set(address, await ownMail.post({ sender: job.sender, recipient: address, octets, smtpUtf8 }));
  }
}

function textOf({ inSpool, forwarded }: DeliveryBegun, { text }: DeliveryDone): string {
  const copies = [...forwarded].map(([address, queueId]) => `forwarded to ${address} as ${queueId}`);
  const parts = [text, inSpool ? 'delivered to mailbox' : '', ...copies].filter((part) => part !== '');
  return parts.length === 0 ? 'discarded' : parts.join(', ');
}

/** Exactly one Return-Path at the final delivery: an earlier one was taken out where the message came in. */
function traceOf({ sender }: DeliveryJob, { address, original }: QueuedRecipient): string {
  const originalTo = original === address ? '' : `X-Original-To: ${original}\r\n`;
  return `Return-Path: <${sender}>\r\n${originalTo}Delivered-To: ${address}\r\n`;
}

function orderFor(
  { clock, settings }: LocalTransportOptions,
  { job, recipient }: LocalDelivery,
): DeliveryOrder | undefined {
  const { nextHop, address, original } = recipient;
  const rest = {
    sender: job.sender,
    recipient: address,
    originalRecipient: original,
    dateMs: Math.round(clock.nowMs()),
    settings,
  };
  switch (nextHop.transport) {
    case 'local':
      return { action: 'user', target: '', user: nextHop.user, extension: nextHop.extension, ...rest };
    case 'pipe':
      return { action: 'command', target: nextHop.command, user: nextHop.user, extension: undefined, ...rest };
    case 'file':
      return { action: 'file', target: nextHop.path, user: nextHop.user, extension: undefined, ...rest };
    default:
      return undefined;
  }
}
