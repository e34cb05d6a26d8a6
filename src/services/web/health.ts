// For those who watch the server from outside, load balancers and monitors: does it live, and can it take and show mail now? A word
// and a status, nothing that helps anybody else.

import { plainText } from './plain-pages.ts';
import type { WebRoutes } from './visitor.ts';

export function addHealth(site: WebRoutes, world: { isReady(): Promise<boolean> }): void {
  site.get('/healthz/live', () => plainText(200, 'live'));
  const ready = async () => ((await world.isReady()) ? plainText(200, 'ready') : plainText(503, 'not ready'));
  site.get('/healthz/ready', ready);
  site.get('/healthz', ready);
}
