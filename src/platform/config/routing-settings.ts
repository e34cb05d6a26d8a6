// Whose mail is for here, where it leads, who may send to others. Postfix's parameters of the same names.

import { z } from 'zod';
import type { PlainPhrase } from '#base/mistakes/mistake.ts';
import { parseDestinations } from '#mail/delivery/destination.ts';
import {
  count,
  domainName,
  domains,
  networks,
  rejectCode,
  tables,
  textLike,
  textWithout,
  transport,
} from './setting-kinds.ts';
import { verificationSettings } from './verification-settings.ts';

const names = {
  mydomain: domainName()
    .optional()
    .describe('The domain of this server. Default: `myhostname` without its first part.'),
  myorigin: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The domain that an address without one gets, or a file whose first line names it. Default: what /etc/mailname says, where it is there, else `myhostname`.',
    ),
  append_dot_mydomain: z.boolean().default(false).describe('Whether `user@host` is completed to `user@host.mydomain`.'),
  mynetworks: networks()
    .default(['127.0.0.0/8', '::ffff:127.0.0.0/104', '::1/128'])
    .describe('Clients that may send to other servers without a login, on port 25.'),
};

const classes = {
  system_users: z
    .boolean()
    .default(false)
    .describe(
      "Whether the users of the machine get mail here, at `mydestination`, beside the accounts of the directory. Off while developing: nobody's mail shall end up in a checkout.",
    ),
  mydestination: domains()
    .optional()
    .describe(
      'Names of this machine: mail for its aliases, users and accounts. Default: `myhostname`, `localhost.mydomain`, `localhost`; domains of the directory (`valija domain add`) stand above it.',
    ),
  relay_domains: domains()
    .default([])
    .describe('Domains, with those below them, whose mail is taken and handed on to the servers they name.'),
  relay_recipient_maps: tables().describe(
    'The addresses that exist in `relay_domains`; empty: see `relay_recipient_verification`.',
  ),
  virtual_alias_domains: domains()
    .optional()
    .describe(
      'Domains all of whose addresses stand in `virtual_alias_maps`. Default: the domains that those tables have as keys.',
    ),
  virtual_alias_maps: tables().describe('What an address stands for: other addresses. `@example.org` catches all.'),
  virtual_mailbox_domains: domains()
    .optional()
    .describe(
      'Domains whose mailboxes stand in `virtual_mailbox_maps`. Default: the domains that those tables have as keys.',
    ),
  virtual_mailbox_maps: tables().describe(
    'Address → place below `virtual_mailbox_base`: `example.org/info/` is a Maildir, `example.org/info` an mbox file.',
  ),
};

const aliases = {
  alias_maps: tables()
    .unwrap()
    .optional()
    .describe(
      'Aliases of this machine: addresses, `|command`, `/file`, `:include:/file`. Default: `texthash:/etc/aliases`, where `system_users` is on and the file is there.',
    ),
  local_recipient_maps: tables()
    .unwrap()
    .optional()
    .describe(
      'The names that are let in at `mydestination`. Default: aliases, users of the machine, accounts. Empty: all; mail for whom nobody knows is returned later.',
    ),
  luser_relay: z
    .string()
    .default('')
    .describe('Who gets mail for unknown names at `mydestination`: `admin`, `$user@other.example.org`. Empty: nobody.'),
  recipient_delimiter: textLike(/^[!-,./:;=?^_`{|}~-]*$/, 'delimiters-form')
    .default('+')
    .describe('`user+detail@domain` goes to `user@domain`: each of these characters divides; empty turns it off.'),
  owner_request_special: z
    .boolean()
    .default(true)
    .describe('Whether `owner-list` and `list-request` stay whole where `-` is in `recipient_delimiter`.'),
  propagate_unmatched_extensions: z
    .array(z.enum(['canonical', 'virtual', 'alias', 'include']))
    .default(['canonical', 'virtual'])
    .describe('Which tables put the detail of `user+detail` behind their result when they only know `user`.'),
  virtual_alias_recursion_limit: count().default(100).describe('How deep aliases may lie in aliases.'),
  virtual_alias_expansion_limit: count().default(1_000).describe('How many addresses one recipient may become.'),
  canonical_maps: tables().describe('What an address is called, in envelopes and in the headers of local mail.'),
  sender_canonical_maps: tables().describe('The same, for senders only, and before `canonical_maps`.'),
  recipient_canonical_maps: tables().describe('The same, for recipients only, and before `canonical_maps`.'),
  default_privs: z
    .string()
    .min(1)
    .default('nobody')
    .describe('Who runs the commands and writes the files that `alias_maps` name.'),
  mail_owner: z
    .string()
    .min(1)
    .default('valija')
    .describe(
      'The user of the system whom the state and all virtual mail belong to, and as whom the server runs when root starts it: "vmail". Its primary group is their group.',
    ),
};

const ways = {
  transport_maps: tables().describe(
    'Where mail for an address or a domain is handed on to: `smtp:[host]:port`, `lmtp:…`, `discard:` …',
  ),
  local_transport: transport('local').describe('Where mail for `mydestination` goes: `lmtp:unix:/run/dovecot/lmtp` …'),
  virtual_transport: transport('virtual').describe(
    'The same for `virtual_mailbox_domains`; with empty `virtual_mailbox_maps` for all their addresses.',
  ),
  relay_transport: transport('relay').describe('The same for `relay_domains`.'),
  default_transport: transport('smtp').describe(
    'The same for all other domains; a next hop here stands above `relayhost`.',
  ),
  mailbox_transport_maps: tables().describe(
    'Name → transport that takes the mail of a user of the machine or account at `mydestination`, instead of the mailbox.',
  ),
  mailbox_transport: transport('').describe('The same for all of them. Empty: their mailboxes.'),
  fallback_transport_maps: tables().describe('Name → transport for names at `mydestination` that nobody has.'),
  fallback_transport: transport('').describe('The same for all such names, before `luser_relay`. Empty: none.'),
  relayhost: textWithout((text) => {
    const parsed = text === '' ? undefined : parseDestinations(text, 25);
    return parsed?.ok === false ? parsed.error : undefined;
  })
    .default('')
    .describe(
      'Who takes all mail for other servers: `example.org` (by MX), `[mail.example.org]:587`. Empty: their own servers.',
    ),
  sender_dependent_relayhost_maps: tables().describe('The same, by the sender: before `relayhost`.'),
  srs_domain: z
    .string()
    .default('')
    .describe(
      'The domain of rewritten senders (SRS) of mail that aliases send on to others; empty: they stay as they are.',
    ),
  srs_secrets: z
    .array(z.string().min(16, 'srs-secret-short' satisfies PlainPhrase))
    .default([])
    .describe('What such senders are signed with: the first signs, all are believed.'),
};

const replies = {
  relay_domains_reject_code: rejectCode(554).describe('The reply to a stranger who wants to send to others.'),
  unknown_local_recipient_reject_code: rejectCode(550).describe(
    'The reply where `mydestination` has no such name; 450 says «later».',
  ),
  unknown_relay_recipient_reject_code: rejectCode(550).describe('The same for `relay_recipient_maps`.'),
  unverified_recipient_reject_code: rejectCode(450).describe(
    'The same where the next server, asked by `relay_recipient_verification`, does not know the address: 550 once you trust its answers.',
  ),
  unknown_virtual_alias_reject_code: rejectCode(550).describe('The same for `virtual_alias_domains`.'),
  unknown_virtual_mailbox_reject_code: rejectCode(550).describe('The same for `virtual_mailbox_domains`.'),
};

export const routingSettings = { ...names, ...classes, ...verificationSettings, ...aliases, ...ways, ...replies };
