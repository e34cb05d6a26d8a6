// A domain's MTA-STS policy, at `https://mta-sts.DOMAIN/.well-known/mta-sts.txt` and nowhere else. RFC 8461 §3.3.

import { hostOf, type WebRoutes } from './visitor.ts';

export interface PolicySource {
  findMtaStsPolicy?(domain: string): Promise<string | undefined>;
}

const PREFIX = 'mta-sts.';

export function addMtaStsPolicy(site: WebRoutes, source: PolicySource): void {
  site.get('/.well-known/mta-sts.txt', async (context, next) => {
    const host = hostOf(context);
    if (!context.env.isEncrypted || !host.startsWith(PREFIX)) return await next();
    const policy = await source.findMtaStsPolicy?.(host.slice(PREFIX.length));
    return policy === undefined ? await next() : context.text(policy);
  });
}
