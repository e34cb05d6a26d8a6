// `alias.*`: the directory's aliases over the control socket.

import type { ControlMethod } from '#mail/ports/control-method.ts';
import type { DirectoryAdmin } from '#mail/ports/directory-admin.ts';
import { directoryOutcome, listed, method } from './params.ts';

export function aliasMethods(directory: DirectoryAdmin): readonly (readonly [string, ControlMethod])[] {
  return [
    [
      'alias.add',
      method(async (params) => {
        return directoryOutcome(await directory.addAlias(params.text('address'), params.texts('targets')));
      }),
    ],
    ['alias.list', method(async (params) => listed(await directory.listAliases(params.optionalText('domain'))))],
    ['alias.show', method(async (params) => directoryOutcome(await directory.showAlias(params.text('address'))))],
    [
      'alias.set',
      method(async (params) => {
        return directoryOutcome(await directory.setAlias(params.text('address'), params.texts('targets')));
      }),
    ],
    ['alias.remove', method(async (params) => directoryOutcome(await directory.removeAlias(params.text('address'))))],
  ];
}
