// What is asked of strangers who bring mail to port 25. Postfix leaves it to policyd-spf, OpenDKIM and OpenDMARC; where
// they have a word for it, it stands behind the description.

import { z } from 'zod';
import { count, domainName, seconds } from './setting-kinds.ts';

const domain = () => domainName().transform((text) => text.toLowerCase());

export const authenticationSettings = {
  sender_authentication: z
    .boolean()
    .default(true)
    .describe('Whether SPF, DKIM, DMARC and ARC are checked, of strangers on port 25.'),
  sender_authentication_timeout: seconds('20s').describe(
    'How long the DNS may take for one message, all questions together; what is unknown by then is a temporary error.',
  ),
  authserv_id: domain()
    .optional()
    .describe('The name of this server in Authentication-Results (AuthservID); `myhostname` where it is not set.'),
  authentication_temporary_error: z
    .enum(['accept', 'defer'])
    .default('accept')
    .describe(
      'Mail whose origin cannot be checked for now comes in as unproven, or its sender tries again (TempError_Defer).',
    ),
  spf_fail_action: z
    .enum(['accept', 'reject'])
    .default('accept')
    .describe('What an SPF record that says «fail» does by itself (Mail_From_reject); DMARC goes by it in any case.'),
  dmarc_policy_enforcement: z
    .boolean()
    .default(true)
    .describe(
      'Whether p=reject of an author’s domain is answered with 550, and p=quarantine leads to Junk (RejectFailures).',
    ),
  trusted_arc_sealers: z
    .array(domain())
    .default([])
    .describe('Domains, as of mailing lists, whose ARC seal is believed when it says that DMARC passed before.'),
  dkim_verify_signature_limit: count()
    .default(10)
    .describe('Signatures of one message that are verified, from the top (MaximumSignaturesToVerify).'),
  dkim_verify_minimum_key_bits: count()
    .default(1_024)
    .describe('A signature with a smaller RSA key proves nothing (MinimumKeyBits).'),
};
