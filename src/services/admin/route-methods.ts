// `route`: where mail for an address would go, over the control socket. Nothing is sent, and nothing is kept of it.

import { err, ok } from '#base/result.ts';
import type { ControlMethod } from '#mail/ports/control-method.ts';
import { describeRoute } from '#mail/routing/route-description.ts';
import type { Routing } from '#mail/routing/routing.ts';
import { method } from './params.ts';

export function routeMethods(routing: () => Routing): readonly (readonly [string, ControlMethod])[] {
  return [
    [
      'route',
      method(async (params) => {
        const current = routing();
        const text = params.text('address');
        const from = params.optionalText('from') ?? '';
        const address = current.completeAddress(text);
        const sender = from === '' ? undefined : current.completeAddress(from);
        const wrong = address === undefined ? text : from !== '' && sender === undefined ? from : undefined;
        if (address === undefined || wrong !== undefined)
          return err({ code: 'refused', message: `not an address: ${wrong}` });
        return ok(describeRoute(text, await current.findRoute(address, sender)));
      }),
    ],
  ];
}
