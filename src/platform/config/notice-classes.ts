// What the postmaster may ask to hear of, in Postfix's words. Those of conversations are taken and send nothing: a transcript
// in somebody's mailbox is what the log and the journeys are here.

import type { Config } from './schema.ts';

export const CONVERSATION_CLASSES = ['policy', 'protocol', 'resource', 'software', 'data'] as const;
type ConversationClass = (typeof CONVERSATION_CLASSES)[number];

/** Asked for, and never heard of. */
export function silentNoticeClasses({ notify_classes }: Pick<Config, 'notify_classes'>): readonly ConversationClass[] {
  return CONVERSATION_CLASSES.filter((known) => notify_classes.includes(known));
}
