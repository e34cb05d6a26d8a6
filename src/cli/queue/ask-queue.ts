// The queue of the running server, asked over its control socket: lists by the page, however long they are. Without a server
// what lies on the disk is read; whatever changes something needs one.

import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import type {
  DestinationListing,
  QueueAction,
  QueueCounts,
  QueuedMessageListing,
  QueueFilter,
} from '#mail/ports/queue-admin.ts';
import { openStoredQueue, type StoredQueue } from '#platform/queue-store/stored-queue.ts';
import { askServer, controlPath, NOT_RUNNING } from '../ask-server.ts';
import type { CommandContext } from '../command-context.ts';
import { loadSettings } from '../config-file.ts';
import { CommandFailure, EXIT } from '../exit-code.ts';
import { refuseForeignState } from '../open-admin.ts';

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
  const config = loadSettings(context);
  const path = controlPath(config);
  const notRunning = () => new CommandFailure(EXIT.unavailable, context.say('status.not-running', { path }));
  // Both ends are of one version, which the socket checks: what the server says is taken as it is.
  async function ask<T>(method: string, params: object): Promise<T> {
    const answer = await askServer(context, path, `queue.${method}`, params);
    if (answer === NOT_RUNNING || !('value' in answer)) throw notRunning();
    return answer.value as T;
  }

  async function read(
    method: 'list' | 'show',
    params: object,
    fromDisk: (queue: StoredQueue) => readonly QueuedMessageListing[],
  ): Promise<readonly QueuedMessageListing[]> {
    const answer = await askServer(context, path, `queue.${method}`, params);
    if (answer !== NOT_RUNNING) {
      if (!('value' in answer)) throw notRunning();
      return joined(answer.value as QueuedMessageListing[]);
    }
    const { state_directory: folder } = config;
    refuseForeignState(context, folder);
    try {
      accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch {
      throw notRunning();
    }
    const { maximal_queue_lifetime: maximalLifetimeMs, bounce_queue_lifetime: bounceLifetimeMs } = config;
    using queue = openStoredQueue(join(folder, 'queue.db'), { maximalLifetimeMs, bounceLifetimeMs });
    return queue === undefined ? [] : fromDisk(queue);
  }
  return {
    async *list(filter, afterId, limit) {
      let left = limit;
      let after = afterId;
      while (left > 0) {
        const wanted = Math.min(left, PAGE);
        const params = { ...filter, afterId: after, limit: wanted };
        const from = after;
        const page = await read('list', params, (queue) => queue.list(filter, from, wanted));
        yield* page;
        left -= page.length;
        after = page.at(-1)?.queueId ?? '';
        if (page.length < wanted) return;
      }
    },
    show: async (queueId) => (await read('show', { queueId }, (queue) => [queue.find(queueId)].filter(isFound)))[0],
    counts: () => ask('counts', {}),
    destinations: () => ask('destinations', {}),
    act: async (action, selection) => (await ask<{ changed: number }>(action, selection)).changed,
    flush: async () => {
      await ask('flush', {});
    },
  };
}

function isFound<T>(found: T | undefined): found is T {
  return found !== undefined;
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
