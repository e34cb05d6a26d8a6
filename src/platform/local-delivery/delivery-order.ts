// What the outbound process asks of the spool process, or of a user's own: plain data, checked by whoever receives it.

import { type Check, type Fields, oneOf, optional, shape, textOf, wholeNumber } from '#base/shape.ts';

const word = textOf(4_096);

/** Postfix's parameters for local delivery, under their own names. Empty texts are unset, 0 is no limit. */
const SETTINGS = {
  mail_spool_directory: word,
  mailbox_size_limit: wholeNumber,
  home_mailbox: word,
  mailbox_command: textOf(16_384),
  recipient_delimiter: word,
  command_time_limit_ms: wholeNumber,
};
export type LocalDeliverySettings = Fields<typeof SETTINGS>;

const ORDER = {
  /** `user`: as `~/.forward` and the settings say. The others come from alias tables. */
  action: oneOf('user', 'command', 'file'),
  /** The command or the path; empty for `user`. */
  target: textOf(16_384),
  /** The login name. */
  user: word,
  extension: optional(word),
  /** `` is the null reverse-path. */
  sender: word,
  /** The address after aliases, and as the sender wrote it. */
  recipient: word,
  originalRecipient: word,
  /** For the From_ line. */
  dateMs: wholeNumber,
  settings: shape(SETTINGS),
};
export type DeliveryOrder = Fields<typeof ORDER>;

export const isDeliveryOrder: Check<DeliveryOrder> = shape(ORDER);
