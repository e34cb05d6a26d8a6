// Who asks: what the routes know of a connection. It stands in hono's environment.

import type { Context, Hono } from 'hono';

export interface WebVisitor {
  readonly connectionId: string;
  readonly clientAddress: string;
  readonly isEncrypted: boolean;
}

interface Environment {
  Bindings: WebVisitor;
}

export type WebRoutes = Hono<Environment>;
export type WebContext = Context<Environment>;

/** The name that was asked for, in lower case, without port and final dot. */
export function hostOf({ req }: WebContext): string {
  return new URL(req.url).hostname.replace(/\.$/, '');
}
