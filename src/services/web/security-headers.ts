// What every answer tells a browser: load nothing from elsewhere, guess no types, show us in no frame, come back under TLS.

import type { WebContext } from './visitor.ts';

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

/** RFC 6797 §7.2: never in clear. Without the subdomains, which are not ours to speak for. */
const STRICT_TRANSPORT = 'max-age=31536000';

export async function protectPages(context: WebContext, next: () => Promise<void>): Promise<void> {
  await next();
  for (const [name, value] of Object.entries(HEADERS)) context.res.headers.set(name, value);
  if (context.env.isEncrypted) context.res.headers.set('Strict-Transport-Security', STRICT_TRANSPORT);
}
