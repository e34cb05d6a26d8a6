// How much TLS mail to other servers has, by whose word, and what is told of it; and what we say of our own servers.
// Postfix's names, where it has them.

import { z } from 'zod';
import { bytes, count, mailAddress, seconds, tables } from './setting-kinds.ts';

export const transportSecuritySettings = {
  smtp_tls_security_level: z
    .enum(['none', 'may', 'encrypt', 'dane', 'dane-only', 'verify', 'secure'])
    .default('dane')
    .describe(
      'How much TLS a delivery must have. "dane": by the TLSA records of the server where it has some, else as "may". ' +
        'With "may", "encrypt" and "dane" the policy that a domain publishes by MTA-STS holds, too.',
    ),
  smtp_tls_policy_maps: tables().describe(
    'Tables with the level of single destinations: "secure match=.example.org". What stands there overrides MTA-STS.',
  ),
  smtp_tls_CAfile: z
    .string()
    .optional()
    .describe('PEM certificates of authorities that are trusted besides the usual ones, for MTA-STS policies, too.'),
  smtp_tls_loglevel: z
    .int()
    .min(0)
    .max(1)
    .default(1)
    .describe('1: the log has a line for each connection with TLS: "Verified TLS connection established to …".'),
  smtp_dns_support_level: z
    .enum(['enabled', 'dnssec'])
    .default('dnssec')
    .describe(
      '"dnssec": answers that a validating resolver proved (it must be on this machine, or be named) bear DANE.',
    ),
  smtp_tls_dane_insecure_mx_policy: z
    .enum(['dane', 'encrypt', 'may'])
    .default('dane')
    .describe('What the TLSA records of a server are worth where the MX record that names it is not proven.'),
  smtp_mta_sts: z.boolean().default(true).describe('Whether policies of other domains are asked for and kept to.'),
  mta_sts_fetch_timeout: seconds('60s').describe('How long fetching a policy may take, all of it.'),
  mta_sts_policy_size_limit: bytes().default(65_536).describe('The longest policy, in bytes.'),
  mta_sts_refresh_interval: seconds('1d').describe(
    'How old a policy becomes before it is fetched again, beside the mail.',
  ),
  mta_sts_cache_limit: count().default(10_000).describe('Policies of other domains that are kept.'),
  mta_sts_tcp_port: z.int().min(1).max(65_535).default(443).describe('The port of policy hosts; another one in a lab.'),
  mta_sts_mode: z
    .enum(['none', 'testing', 'enforce'])
    .default('testing')
    .describe('What our own policy says: "enforce" once reports have shown for a while that all is well.'),
  mta_sts_max_age: seconds('7d').describe('How long others keep our policy.'),
  tls_required_enable: z
    .boolean()
    .default(true)
    .describe('Whether a header "TLS-Required: No" lets a message pass where DANE or MTA-STS would hold it back.'),
  smtp_tlsrpt_enable: z
    .boolean()
    .default(true)
    .describe('Whether domains that ask for it are told, once a day, how TLS with their servers went.'),
  tls_report_sender: mailAddress()
    .optional()
    .describe('Who these reports are from, and who answers for them; without it postmaster of `mydomain`.'),
  tls_report_delay: seconds('4h').describe('Reports leave within this time after midnight UTC, at a random moment.'),
  tls_report_lifetime: seconds('3d').describe('How long a report is tried that cannot be delivered.'),
  tls_report_rows_limit: count()
    .default(100_000)
    .describe('Different results that are counted; of more, those that are new are not.'),
};
