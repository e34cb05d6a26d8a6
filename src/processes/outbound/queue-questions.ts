// What the worker asks besides handing over mail: questions of administrators about the queue, and of its own about
// recipients elsewhere.

import type { QueueAdmin } from '#mail/ports/queue-admin.ts';
import type { RecipientProbe } from '#mail/ports/recipient-probe.ts';
import type { Channel } from '#platform/ipc/channel.ts';
import { isProbe, isQueueQuestion } from '../queue-messages.ts';

/** The methods that may be asked for. */
const METHODS = ['list', 'show', 'counts', 'destinations', 'act', 'flush'] as const satisfies (keyof QueueAdmin)[];

export function answerProbes(channel: Channel, probeNow: () => Promise<RecipientProbe>): void {
  channel.serve('probe', async (head) => {
    if (!isProbe(head)) throw new Error('no question about a recipient');
    const probe = await probeNow();
    return { head: await probe.probe(head.address, head.nextHop) };
  });
}

export function answerQueueQuestions(channel: Channel, adminNow: () => Promise<QueueAdmin>): void {
  channel.serve('queue', async (head, body) => {
    const method = isQueueQuestion(head) ? METHODS.find((known) => known === head.method) : undefined;
    const args: unknown = JSON.parse(body.toString());
    if (method === undefined || !Array.isArray(args)) throw new Error('no question about the queue');
    const admin = await adminNow();
    // Method and arguments belong together: the worker's side has the types.
    const answer = await (admin[method] as (...given: readonly unknown[]) => Promise<unknown>)(...args);
    return { body: Buffer.from(answer === undefined ? '' : JSON.stringify(answer)) };
  });
}
