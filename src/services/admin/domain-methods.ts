// `domain.*`: the directory's domains over the control socket.

import type { ControlMethod } from '#mail/ports/control-method.ts';
import type { DirectoryAdmin } from '#mail/ports/directory-admin.ts';
import { directoryOutcome, given, listed, method } from './params.ts';

export function domainMethods(directory: DirectoryAdmin): readonly (readonly [string, ControlMethod])[] {
  return [
    [
      'domain.add',
      method(async (params) => {
        const settings = given({ catchAll: params.optionalText('catchAll') });
        return directoryOutcome(await directory.addDomain(params.text('name'), settings));
      }),
    ],
    ['domain.list', method(async () => listed(await directory.listDomains()))],
    ['domain.show', method(async (params) => directoryOutcome(await directory.showDomain(params.text('name'))))],
    [
      'domain.set',
      method(async (params) => {
        const settings = given({
          catchAll: params.optionalTextOrNull('catchAll'),
          disabled: params.optionalBoolean('disabled'),
        });
        return directoryOutcome(await directory.setDomain(params.text('name'), settings));
      }),
    ],
    ['domain.remove', method(async (params) => directoryOutcome(await directory.removeDomain(params.text('name'))))],
  ];
}
