// What domains publish, how they are checked, and where their records are changed.

import { z } from 'zod';
import { DMARC_POLICIES } from '#mail/domain-records/server-facts.ts';
import { parseDnsList } from '#mail/restrictions/dns-list-name.ts';
import { nameServer } from './client-settings.ts';
import { findDomainMistake, seconds, textWithout } from './setting-kinds.ts';

const domain = textWithout((text) => (text === '' ? undefined : findDomainMistake(text)));

const dnsList = textWithout((text) => {
  const list = parseDnsList(text);
  return list.ok ? undefined : list.error;
});

export const domainSettings = {
  domain_report_address: z
    .email()
    .optional()
    .describe('Where domains ask for their DMARC and TLS reports; without it `postmaster` of each domain.'),
  domain_dmarc_policy: z
    .enum(DMARC_POLICIES)
    .default('quarantine')
    .describe(
      'What domains ask others to do with mail that forges their name: "none" while somebody else still sends in it.',
    ),
  domain_caa_issuers: z
    .array(domain)
    .default([])
    .describe('Authorities that may issue certificates for domains (CAA), such as "letsencrypt.org"; none: no record.'),
  domain_record_ttl: seconds('1h').describe('How long others may keep the records of domains.'),
  domain_check_interval: seconds('1d').describe(
    'How often the running server checks the DNS of its domains, and tells what changed; 0: never.',
  ),
  domain_check_lists: z
    .array(dnsList)
    .default(['zen.spamhaus.org', 'bl.spamcop.net', 'b.barracudacentral.org', 'psbl.surriel.com'])
    .describe('DNS block lists that are asked for the addresses our mail leaves from.'),
  domain_check_peer: domain
    .default('gmail.com')
    .describe('A domain at whose mail exchangers it is tried whether port 25 is open outward; empty: none.'),
  dns_update_server: nameServer
    .optional()
    .describe(
      'The primary name server of the domains, which takes dynamic updates (RFC 2136), with a port where it is not 53; without it records are published by hand.',
    ),
  dns_update_key_file: z
    .string()
    .min(1)
    .optional()
    .describe('The key of such updates, in a file as `tsig-keygen` of BIND or `keymgr -t` of knot write it.'),
};
