// Certificates: those of files, and those that an authority issues by itself (ACME).

import { z } from 'zod';
import { CHALLENGE_TYPES } from '#mail/certificates/challenge-type.ts';
import { domainName, seconds } from './setting-kinds.ts';

const certificateSchema = z.strictObject({
  cert_file: z
    .string()
    .min(1)
    .describe('PEM certificate chain (`fullchain.pem`); it is shown to clients that name one of its hosts.'),
  key_file: z
    .string()
    .min(1)
    .optional()
    .describe('PEM private key of the certificate (`privkey.pem`); without it the key is in `cert_file`, too.'),
});

const authoritySchema = z.strictObject({
  directory: z
    .url({ protocol: /^https$/ })
    .describe(
      'The address of its ACME directory: "https://acme-v02.api.letsencrypt.org/directory". An entry says that you agree to its terms.',
    ),
  CAfile: z
    .string()
    .min(1)
    .optional()
    .describe(
      'PEM certificates that are trusted for the connection to it, besides the usual ones: an authority of your own.',
    ),
  eab_kid: z.string().min(1).optional().describe('The key identifier of an account that you have there already.'),
  eab_hmac_key: z.string().min(1).optional().describe('The key of that account, in base64url.'),
});

export const certificateSettings = {
  certificate: z
    .array(certificateSchema)
    .default([])
    .describe('One entry for each further certificate in files, chosen by the name that a client asks for (SNI).'),
  certificate_check_interval: seconds('60s').describe(
    'How often files of certificates are looked at; one that was renewed is live for new sessions at once.',
  ),
  acme: z
    .array(authoritySchema)
    .default([])
    .describe('Authorities that certificates are asked of by ACME; the next one where the first fails. None: no ACME.'),
  acme_contact: z
    .email()
    .optional()
    .describe('An address that the authority may write to, such as when a certificate is about to expire.'),
  acme_challenges: z
    .array(z.enum(CHALLENGE_TYPES))
    .min(1)
    .default(['http-01', 'tls-alpn-01'])
    .describe(
      'How names are proven, in the order of trying: "http-01" needs port 80, "tls-alpn-01" port 443, "dns-01" dynamic updates.',
    ),
  acme_names: z
    .array(domainName())
    .default([])
    .describe('Further hosts for which a certificate is asked: each gets one of its own.'),
  acme_dns_wait: seconds('10s').describe(
    'How long after a dynamic update the authority is asked to look: secondary servers take a moment.',
  ),
  acme_request_timeout: seconds('30s').describe('How long an authority may take to answer one request.'),
  acme_order_timeout: seconds('300s').describe('How long one certificate may take with one authority, all in all.'),
};
