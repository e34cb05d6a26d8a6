// `config.announce`, `config.attack`, over the control socket.

import { err, ok } from '#base/result.ts';
import type { ConfigAdmin } from '#mail/ports/config-admin.ts';
import type { ControlMethod } from '#mail/ports/control-method.ts';
import { method } from './params.ts';

export function configMethods(config: ConfigAdmin): readonly (readonly [string, ControlMethod])[] {
  return [
    [
      'config.announce',
      method(async (params) => ok(config.announce({ by: params.text('by'), how: params.text('how') }))),
    ],
    [
      'config.attack',
      method(async (params) => {
        const text = params.optionalText('text');
        const report = await config.attack(text === undefined ? undefined : { file: params.text('file'), text });
        return report.ok ? report : err({ code: 'refused', message: report.error });
      }),
    ],
  ];
}
