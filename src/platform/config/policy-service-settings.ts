// How policy services are asked (`check_policy_service`), and how long a client waits for everything that restrictions ask.
// Postfix's parameters, but for the two whose description says so.

import { z } from 'zod';
import { count, limit, seconds } from './setting-kinds.ts';

export const policyServiceSettings = {
  smtpd_lookup_timeout: seconds('100s').describe(
    'How long everything that restrictions ask for one message may take together: DNS, tables, policy services, address verification. What is unknown then is answered with «later». (Ours.)',
  ),
  smtpd_peername_lookup: z
    .enum(['on-demand', 'always'])
    .default('on-demand')
    .describe(
      'When a client’s name is looked up (PTR, and back): when a restriction asks for it, or for every client before its greeting.',
    ),
  smtpd_policy_service_default_action: z
    .string()
    .min(1)
    .default('451 4.3.5 Server configuration problem')
    .describe('What a policy service is taken to have said when it could not be asked.'),
  smtpd_policy_service_max_idle: seconds('300s').describe('A connection that nobody used for so long is closed.'),
  smtpd_policy_service_max_ttl: seconds('1000s').describe('A connection that is so old is not used again.'),
  smtpd_policy_service_policy_context: z.string().default('').describe('What services are told as `policy_context`.'),
  smtpd_policy_service_request_limit: limit().default(0).describe('Questions on one connection; 0 is no limit.'),
  smtpd_policy_service_retry_delay: seconds('1s').describe('How long after a failed try the next one begins.'),
  smtpd_policy_service_timeout: seconds('100s').describe('How long a service may take to answer.'),
  smtpd_policy_service_try_limit: count().default(2).describe('How often a question is tried before it is given up.'),
  smtpd_policy_service_connection_limit: count()
    .default(20)
    .describe(
      'Connections to one service at a time; more questions wait their turn. (Ours; Postfix has one a process.)',
    ),
};
