// The queue of the running server, asked over its control socket: lists by the page, however long they are.

import type {
  DestinationListing,
  QueueAction,
  QueueCounts,
  QueuedMessageListing,
  QueueFilter,
} from '#mail/ports/queue-admin.ts';
import { askServer, controlPath, NOT_RUNNING } from '../ask-server.ts';
import type { CommandContext } from '../command-context.ts';
import { loadSettings } from '../config-file.ts';
import { CommandFailure, EXIT } from '../exit-code.ts';

const PAGE = 500;

export interface AskedQueue {
  list(filter: QueueFilter, afterId: string, limit: number): AsyncGenerator<QueuedMessageListing>;
  show(queueId: string): Promise<QueuedMessageListing | undefined>;
  counts(): Promise<QueueCounts>;
  destinations(): Promise<DestinationListing[]>;
  act(action: QueueAction, selection: object): Promise<number>;
  flush(): Promise<void>;
}

export function askQueue(context: CommandContext): AskedQueue {
  const path = controlPath(loadSettings(context));
  // Both ends are of one version, which the socket checks: what the server says is taken as it is.
  async function ask<T>(method: string, params: object): Promise<T> {
    const answer = await askServer(context, path, `queue.${method}`, params);
    if (answer === NOT_RUNNING || !('value' in answer)) {
      throw new CommandFailure(EXIT.unavailable, context.say('status.not-running', { path }));
    }
    return answer.value as T;
  }
  return {
    async *list(filter, afterId, limit) {
      let left = limit;
      let after = afterId;
      while (left > 0) {
        const wanted = Math.min(left, PAGE);
        const page = joined(await ask<QueuedMessageListing[]>('list', { ...filter, afterId: after, limit: wanted }));
        yield* page;
        left -= page.length;
        after = page.at(-1)?.queueId ?? '';
        if (page.length < wanted) return;
      }
    },
    show: async (queueId) => joined(await ask<QueuedMessageListing[]>('show', { queueId }))[0],
    counts: () => ask('counts', {}),
    destinations: () => ask('destinations', {}),
    act: async (action, selection) => (await ask<{ changed: number }>(action, selection)).changed,
    flush: async () => {
      await ask('flush', {});
    },
  };
}

/** A message with many recipients comes in pieces. */
function joined(pieces: readonly QueuedMessageListing[]): QueuedMessageListing[] {
  const whole: QueuedMessageListing[] = [];
  for (const piece of pieces) {
    const last = whole.at(-1);
    if (last?.queueId !== piece.queueId) whole.push(piece);
    else whole[whole.length - 1] = { ...last, recipients: [...last.recipients, ...piece.recipients] };
  }
  return whole;
}
