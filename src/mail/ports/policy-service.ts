// Policy services: programs beside us that are asked what to do with a client, by Postfix's protocol. Postgrey,
// policyd-spf and policyd are such.

import type { PolicyAttributes } from '#protocols/policy/request.ts';

export interface PolicyServices {
  /**
   * The service's action; where it could not be asked, its `default_action`, and the log says why. `service` is named as
   * the settings name it. Nothing is thrown but bugs.
   */
  ask(service: string, attributes: PolicyAttributes, withinMs: number): Promise<string>;
}
