// One limit, judged twice: at MAIL by what the client declares (RFC 1870 §6.1), after the last octet by what came.

import { reply } from '#protocols/smtp/reply.ts';
import { type Rule, reject } from './rule.ts';

export interface MessageSizeFacts {
  /** `undefined` where the client declared nothing. */
  readonly sizeBytes: number | undefined;
  /** 0 means no limit. */
  readonly messageSizeLimit: number;
}

export const messageSizeLimit: Rule<MessageSizeFacts> = {
  name: 'message_size_limit',
  judge: ({ sizeBytes, messageSizeLimit: limit }) =>
    limit > 0 && sizeBytes !== undefined && sizeBytes > limit
      ? reject(reply(552, '5.3.4', `Message size exceeds fixed limit: ${limit} bytes`))
      : undefined,
};
