// `domain.*`: the directory's domains over the control socket, and what they need in the DNS. Plans and reports are longer than a
// line, and travel in pieces.

import { err, ok, type Result } from '#base/result.ts';
import type { ControlFault, ControlMethod } from '#mail/ports/control-method.ts';
import type { DirectoryAdmin, Refusal } from '#mail/ports/directory-admin.ts';
import type { DomainAdvisor } from '#mail/ports/domain-advisor.ts';
import { directoryOutcome, given, listed, method } from './params.ts';
import { inPieces } from './uploads.ts';

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

export function domainAdviceMethods(advisor: DomainAdvisor): readonly (readonly [string, ControlMethod])[] {
  return [
    ['domain.records', method(async (params) => pieces(await advisor.plan(params.text('name'))))],
    ['domain.check', method(async (params) => pieces(await advisor.check(params.text('name'))))],
    [
      'domain.publish',
      method(async (params) => {
        const dryRun = params.optionalBoolean('dryRun') ?? false;
        return pieces(await advisor.publish(params.text('name'), { dryRun }));
      }),
    ],
  ];
}

function pieces<T>(outcome: Result<T, Refusal>): Result<unknown, ControlFault> {
  return outcome.ok ? ok(inPieces(outcome.value)) : directoryOutcome(err(outcome.error));
}
