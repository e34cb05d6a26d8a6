// The queue of a server that has nothing to send, as administrators see it.

import type { QueueAdmin } from '#mail/ports/queue-admin.ts';

export const EMPTY_QUEUE: QueueAdmin = {
  list: async () => [],
  show: async () => undefined,
  counts: async () => ({ messages: 0, recipients: 0, held: 0, active: 0 }),
  destinations: async () => [],
  act: async () => 0,
  flush: async () => undefined,
};
