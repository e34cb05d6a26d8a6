// `account.*`: the directory's accounts over the control socket. Passwords come in, and never go out.

import type { ControlMethod } from '#mail/ports/control-method.ts';
import type { AccountSettings, DirectoryAdmin } from '#mail/ports/directory-admin.ts';
import { directoryOutcome, given, listed, method, type Params } from './params.ts';

export function accountMethods(directory: DirectoryAdmin): readonly (readonly [string, ControlMethod])[] {
  return [
    [
      'account.add',
      method(async (params) => {
        const password = params.optionalText('password');
        return directoryOutcome(await directory.addAccount(params.text('address'), password, settingsOf(params)));
      }),
    ],
    ['account.list', method(async (params) => listed(await directory.listAccounts(params.optionalText('domain'))))],
    ['account.show', method(async (params) => directoryOutcome(await directory.showAccount(params.text('address'))))],
    [
      'account.set',
      method(async (params) => {
        return directoryOutcome(await directory.setAccount(params.text('address'), settingsOf(params)));
      }),
    ],
    [
      'account.remove',
      method(async (params) => directoryOutcome(await directory.removeAccount(params.text('address')))),
    ],
    [
      'account.password',
      method(async (params) => {
        return directoryOutcome(await directory.setPassword(params.text('address'), params.text('password')));
      }),
    ],
    [
      'account.password-hash',
      method(async (params) => {
        return directoryOutcome(await directory.setPasswordHash(params.text('address'), params.text('hash')));
      }),
    ],
  ];
}

function settingsOf(params: Params): AccountSettings {
  return given({
    displayName: params.optionalText('displayName'),
    disabled: params.optionalBoolean('disabled'),
    quotaBytes: params.optionalNumber('quotaBytes'),
    addAddresses: params.optionalTexts('addAddresses'),
    removeAddresses: params.optionalTexts('removeAddresses'),
  });
}
