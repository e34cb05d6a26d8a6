// Who proves that somebody is who they say, besides the accounts of this server: issuers of tokens; and for which programs
// beside us this server proves it, in the language of Dovecot's auth sockets.

import { z } from 'zod';
import { mistake } from '#base/mistakes/mistake.ts';
import { TOKEN_ALGORITHMS } from '#mail/ports/bearer-token-verifier.ts';
import { MECHANISM_NAMES } from '#protocols/sasl/mechanisms.ts';
import { complain } from './issue-mistake.ts';
import { bytes, count, seconds, textLike } from './setting-kinds.ts';

/** Keys in clear are believed only from this machine, where nobody stands in between. */
const KEYS_ADDRESS = /^(?:https:\/\/|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])[:/])/;

const issuerSchema = z
  .strictObject({
    issuer: z
      .string()
      .min(1)
      .describe('What `iss` in its tokens says, to the letter: "https://id.example.org/realms/escuela".'),
    audience: z.array(z.string().min(1)).min(1).describe('What `aud` must name: one of these.'),
    jwks_uri: textLike(KEYS_ADDRESS, 'keys-address-form')
      .optional()
      .describe(
        'Where its public keys are (JWKS); its own description names it, below `/.well-known/openid-configuration`.',
      ),
    jwks_file: z.string().min(1).optional().describe('The same in a file, instead of `jwks_uri`.'),
    introspection_uri: textLike(KEYS_ADDRESS, 'keys-address-form')
      .optional()
      .describe('Where it is asked about each token, instead of keys: for tokens that only it can read.'),
    introspection_client_id: z.string().min(1).optional().describe('Who we are to `introspection_uri`.'),
    introspection_client_secret: z.string().min(1).optional().describe('The secret that goes with it.'),
    username_claim: z
      .string()
      .min(1)
      .default('email')
      .describe('Which claim has the name that the account here is found by.'),
    scope: z.string().default('').describe('Words that the token must be good for; empty: any.'),
    algorithms: z
      .array(z.enum(TOKEN_ALGORITHMS))
      .min(1)
      .default(['RS256', 'PS256', 'ES256', 'EdDSA'])
      .describe('How its tokens may be signed. None with a shared secret: who checks such tokens could make them.'),
  })
  .superRefine((entry, context) => {
    const { jwks_uri, jwks_file, introspection_uri, introspection_client_id, introspection_client_secret } = entry;
    const proofs = [jwks_uri, jwks_file, introspection_uri].filter((proof) => proof !== undefined);
    if (proofs.length !== 1) complain(context, mistake('issuer-proofs'), ['issuer']);
    const isNamed = introspection_client_id !== undefined && introspection_client_secret !== undefined;
    if (introspection_uri !== undefined && !isNamed) {
      complain(context, mistake('introspection-client'), ['introspection_uri']);
    }
  });

const authSocketSchema = z.strictObject({
  protocol: z
    .enum(['client', 'userdb'])
    .default('client')
    .describe(
      'What is spoken there: "client" lets programs log people in (`smtpd_sasl_path` of a Postfix), "userdb" tells a Dovecot who is who (`auth_socket_path`).',
    ),
  path: z
    .string()
    .min(1)
    .describe('The socket; relative to `state_directory`. Its folder must be there, and the server may write to it.'),
  mode: textLike(/^0?[0-7]{3}$/, 'mode-form')
    .default('0600')
    .describe('Who may connect, as rights of a file: "0660" is the owner and the group.'),
  user: z
    .string()
    .min(1)
    .optional()
    .describe('Its owner, who is the server itself otherwise; only root can give it away.'),
  group: z.string().min(1).optional().describe('Its group: one that the server is in, such as the Postfix beside it.'),
});

export const loginSettings = {
  auth_mechanisms: z
    .array(z.string().toUpperCase().pipe(z.enum(MECHANISM_NAMES)))
    .min(1)
    .optional()
    .describe(
      'How people may log in: "SCRAM-SHA-256", "SCRAM-SHA-1", "OAUTHBEARER", "XOAUTH2", "PLAIN", "LOGIN". Default: all but SCRAM-SHA-1; and without SCRAM-SHA-256 where accounts live elsewhere that may have no keys for it.',
    ),
  auth_socket: z
    .array(authSocketSchema)
    .default([])
    .describe('One entry for each Unix socket where programs of this machine ask who may log in, and who is who.'),
  auth_socket_connection_limit: count().default(200).describe('Connections that each of them may have open.'),
  auth_socket_request_limit: count()
    .default(100)
    .describe(
      'Exchanges of one such connection that are under way at once; then those that wait longest are given up.',
    ),
  oauth_issuer: z
    .array(issuerSchema)
    .superRefine((entries, context) => {
      for (const [at, { issuer }] of entries.entries()) {
        const first = entries.findIndex((other) => other.issuer === issuer);
        const wrong = mistake('issuer-taken', { issuer: JSON.stringify(issuer), first: first + 1 });
        if (first < at) complain(context, wrong, [at, 'issuer']);
      }
    })
    .default([])
    .describe(
      'One entry for each server whose tokens are believed (OAUTHBEARER, XOAUTH2). The account that a token names must exist here.',
    ),
  oauth_clock_skew: seconds('60s').describe('How far the clocks of issuers may be off.'),
  oauth_fetch_timeout: seconds('5s').describe('How long fetching the keys of an issuer may take.'),
  oauth_fetch_size_limit: bytes().default(262_144).describe('How large the document with the keys may be.'),
  oauth_key_limit: count().default(100).describe('Keys that one issuer may have.'),
  oauth_keys_refresh_interval: seconds('1h').describe('After so long the keys of an issuer are fetched again.'),
  oauth_keys_lifetime: seconds('1d').describe(
    'For so long after they were last fetched they are believed, when the issuer cannot be reached.',
  ),
  oauth_keys_retry_delay: seconds('30s').describe(
    'Between two fetches, whatever keys tokens name and however fetches fail.',
  ),
};
