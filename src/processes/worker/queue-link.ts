// The queue, as the worker and its administrators see it: messages go there, the server's own mail and the journeys come back.

import { WorldError } from '#base/world-error.ts';
import type { JourneyLog } from '#mail/ports/journey-log.ts';
import type { QueueAdmin } from '#mail/ports/queue-admin.ts';
import type { RecipientProbe } from '#mail/ports/recipient-probe.ts';
import type { Channel } from '#platform/ipc/channel.ts';
import { openCarried } from '#platform/local-delivery/carried-content.ts';
import { isJourney, isPost, isProbeAnswer } from '../queue-messages.ts';
import type { Intake } from './intake.ts';
import type { OutboundOutbox } from './outbox.ts';

export interface QueueLinkWorld {
  readonly outbox: OutboundOutbox;
  readonly intake: Intake;
  readonly journeyLog: JourneyLog;
}

/** The outbound process is there, perhaps a new one. */
export function attachQueue(channel: Channel, world: QueueLinkWorld): void {
  channel.serve('post', async (head, body) => {
    const { order, content } = openCarried(channel, head, body);
    if (!isPost(order)) throw new Error('no message');
    const octets = await content.read(0, content.sizeBytes);
    return { head: { queueId: await world.intake.posting.ownMail.post({ ...order, octets }) } };
  });
  channel.serve('journey', (_head, body) => {
    const said: unknown = JSON.parse(body.toString());
    if (!isJourney(said)) throw new Error('no journey');
    for (const { key, event } of said.events) world.journeyLog.record(key, event);
    return {};
  });
  world.outbox.attach(channel);
}

/** What cannot be asked now is not known. */
export function remoteRecipientProbe(channelTo: (role: string) => Promise<Channel>): RecipientProbe {
  return {
    async probe(address, nextHop) {
      try {
        const { head } = await (await channelTo('outbound')).ask('probe', { address, nextHop });
        if (isProbeAnswer(head)) return head;
        throw new Error('no answer about a recipient');
      } catch (error) {
        if (error instanceof WorldError) return { kind: 'unknown', text: 'Address verification in progress' };
        throw error;
      }
    },
  };
}

/** The administrator's questions, answered where the queue is. */
export function remoteQueueAdmin(channelToOutbound: () => Promise<Channel>): QueueAdmin {
  const ask = async (method: keyof QueueAdmin, ...args: readonly unknown[]): Promise<unknown> => {
    const channel = await channelToOutbound();
    const { body } = await channel.ask('queue', { method }, Buffer.from(JSON.stringify(args)));
    return body.length === 0 ? undefined : JSON.parse(body.toString());
  };
  // The answer is what the same method gives at the other end.
  return {
    list: (...args) => ask('list', ...args) as ReturnType<QueueAdmin['list']>,
    show: (...args) => ask('show', ...args) as ReturnType<QueueAdmin['show']>,
    counts: () => ask('counts') as ReturnType<QueueAdmin['counts']>,
    destinations: (...args) => ask('destinations', ...args) as ReturnType<QueueAdmin['destinations']>,
    act: (...args) => ask('act', ...args) as ReturnType<QueueAdmin['act']>,
    flush: () => ask('flush') as ReturnType<QueueAdmin['flush']>,
  };
}
