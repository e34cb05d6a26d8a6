// Takes over what must leave the mail store. Until `take` resolves, the journal keeps it, and offers it again after a
// crash: the same queue id may come twice.

import type { MessageContent } from '#mail/ports/message-content.ts';
import type { QueuedMessage } from '#mail/queue/queued-message.ts';

export interface Outbox {
  /**
   * Resolves when every recipient was delivered, bounced or is kept in the queue on stable storage. The content stays
   * the caller's until then.
   */
  take(message: QueuedMessage, content: MessageContent): Promise<void>;
}
