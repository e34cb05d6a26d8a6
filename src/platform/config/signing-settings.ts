// DKIM signatures for mail of our own. What Postfix leaves to OpenDKIM has OpenDKIM's word behind its description.

import { z } from 'zod';
import { domainName, networks, seconds } from './setting-kinds.ts';

export const signingSettings = {
  dkim_sign: z
    .boolean()
    .default(true)
    .describe('Mail of our own is signed for the domains that have a key; `valija dkim generate` makes one.'),
  dkim_internal_hosts: networks()
    .optional()
    .describe('Clients whose mail on port 25 is signed as our own (InternalHosts); `mynetworks` where it is not set.'),
  dkim_sign_subdomains: z
    .boolean()
    .default(true)
    .describe('A domain without a key is signed for by the nearest one above it that has one (SubDomains).'),
  arc_seal_domain: domainName()
    .optional()
    .describe(
      'Mail of strangers that leaves here again, for a relay domain or by an alias, is sealed (ARC) with the RSA key of this domain (OpenARC: Domain); without it nothing is.',
    ),
  dkim_skip_milter_signed: z
    .boolean()
    .default(true)
    .describe('A key is not used for a message that a milter (OpenDKIM) has signed for the same domain and selector.'),
  dkim_signature_ttl: seconds('0s').describe('When a signature expires (SignatureTTL); 0: never.'),
  dkim_on_failure: z
    .enum(['unsigned', 'defer'])
    .default('unsigned')
    .describe(
      'What becomes of mail whose key cannot be read: it leaves without a signature, or its sender tries again.',
    ),
};
