// How a limit reads: in the log in Postfix's words, where it has them, so that whoever searches for those finds them; and
// to the client.

import type { Limitation } from '#mail/policy/connection.ts';

interface Words {
  readonly inLog: string;
  toClient(limitation: Limitation, clientAddress: string): string;
}

const TOO_MANY: Words = {
  inLog: 'Connection limit exceeded',
  toClient: () => 'too many connections, try again later',
};
const CONCURRENCY: Words = {
  inLog: 'Connection concurrency limit exceeded',
  toClient: (_, clientAddress) => `too many connections from ${clientAddress}`,
};
const RATE: Words = {
  inLog: 'Connection rate limit exceeded',
  toClient: (_, clientAddress) => `too many connections from ${clientAddress} within a minute`,
};

const WORDS: Readonly<Record<string, Words>> = {
  smtpd_client_connection_count_limit: CONCURRENCY,
  mail_client_connection_count_limit: CONCURRENCY,
  http_client_connection_count_limit: CONCURRENCY,
  smtpd_client_connection_rate_limit: RATE,
  mail_client_connection_rate_limit: RATE,
  http_client_connection_rate_limit: RATE,
  smtpd_client_message_rate_limit: {
    inLog: 'Message delivery request rate limit exceeded',
    toClient: (_, clientAddress) => `too much mail from ${clientAddress}`,
  },
  mail_max_userip_connections: {
    inLog: 'Maximum number of connections from user+IP exceeded',
    toClient: ({ limit }) =>
      `Maximum number of connections from user+IP exceeded (mail_max_userip_connections=${limit})`,
  },
};

export function wordsOf({ rule }: Limitation): Words {
  return WORDS[rule] ?? TOO_MANY;
}
