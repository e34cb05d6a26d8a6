// What the postmaster may ask to hear of, in Postfix's words. Those of conversations are taken and send nothing: a transcript
// in somebody's mailbox is what the log and the journeys are here.

export const CONVERSATION_CLASSES = ['policy', 'protocol', 'resource', 'software', 'data'] as const;
type ConversationClass = (typeof CONVERSATION_CLASSES)[number];

/** Asked for, and never heard of. */
export function silentNoticeClasses(settings: {
  readonly notify_classes: readonly string[];
}): readonly ConversationClass[] {
  return CONVERSATION_CLASSES.filter((known) => settings.notify_classes.includes(known));
}
