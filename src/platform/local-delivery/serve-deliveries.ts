// The answering side of local delivery, for the two processes that do it.

import { WorldError } from '#base/world-error.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { SystemUser, SystemUsers } from '#mail/ports/system-users.ts';
import type { Channel } from '#platform/ipc/channel.ts';
import { failed } from '#platform/mbox/mailbox-fault.ts';
import { openCarried } from './carried-content.ts';
import { type DeliveryAnswer, withBoundedText } from './delivery-answer.ts';
import { type DeliveryOrder, isDeliveryOrder } from './delivery-order.ts';
import { DELIVER } from './local-transport.ts';
import { deliverToSpool, type MakeSpool } from './spool-delivery.ts';
import { deliverAsUser } from './user-delivery.ts';

/** In the process of that user. */
export function serveUserDeliveries(channel: Channel, user: SystemUser): void {
  serve(channel, async (order, content) => {
    if (order.user === user.name) return await deliverAsUser(user, order, content);
    return failed('5.3.5', `the process of ${user.name} was asked for ${order.user}`);
  });
}

/** In the spool process. */
export function serveSpoolDeliveries(channel: Channel, users: SystemUsers, makeSpool: MakeSpool): void {
  serve(channel, async (order, content) => {
    // Looked up here once more: a name that is a path is no user.
    const user = await users.find(order.user);
    if (user === undefined) return failed('5.1.1', `unknown user: "${order.user}"`);
    return await deliverToSpool(user, order, content, makeSpool);
  });
}

function serve(
  channel: Channel,
  deliver: (order: DeliveryOrder, content: MessageContent) => Promise<DeliveryAnswer>,
): void {
  channel.serve(DELIVER, async (head, body) => {
    const { order, content } = openCarried(channel, head, body);
    if (!isDeliveryOrder(order)) throw new WorldError('an order that is none', { transient: false });
    return { head: withBoundedText(await deliver(order, content)) };
  });
}
