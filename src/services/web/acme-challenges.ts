// HTTP-01: a certificate authority asks here, in clear on port 80, for what only we can know. RFC 8555 §8.3.

import type { AcmeChallenges } from '#mail/ports/acme-challenges.ts';
import { notFound } from './plain-pages.ts';
import type { WebRoutes } from './visitor.ts';

export function addChallenges(site: WebRoutes, world: { readonly challenges?: AcmeChallenges | undefined }): void {
  site.get('/.well-known/acme-challenge/:token', (context) => {
    const keyAuthorization = world.challenges?.findKeyAuthorization(context.req.param('token'));
    return keyAuthorization === undefined ? notFound(context) : context.text(keyAuthorization);
  });
}
