// What was asked for in clear is asked for once more under TLS. RFC 9110 §15.4.9: the method and what was sent stay as they were.

import { hostOf, type WebContext } from './visitor.ts';

const HTTPS_PORT = 443;

/** `port` is that of our https listener. */
export function leadToHttps(port: number | undefined) {
  return async (context: WebContext, next: () => Promise<void>): Promise<Response | undefined> => {
    if (context.env.isEncrypted || port === undefined) {
      await next();
      return undefined;
    }
    const { pathname, search } = new URL(context.req.url);
    const place = port === HTTPS_PORT ? hostOf(context) : `${hostOf(context)}:${port}`;
    return context.redirect(`https://${place}${pathname}${search}`, 308);
  };
}
