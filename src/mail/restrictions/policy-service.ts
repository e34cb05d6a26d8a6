// Policy services: programs beside us that are asked by Postfix's protocol. What they answer is read as an access table is.

import { mistake } from '#base/mistakes/mistake.ts';
import { ok } from '#base/result.ts';
import { parsePolicyService } from '#protocols/policy/service-spec.ts';
import { readAction } from './access-action.ts';
import { ask, type Inquiry } from './fact.ts';
import { type Opinion, refuse } from './opinion.ts';
import type { JudgedCommand, RestrictionKind, RestrictionKinds } from './restriction.ts';

const checkPolicyService: RestrictionKind = {
  needs: 'client',
  argument: mistake('argument-service'),
  build: (service) => {
    const parsed = parsePolicyService(service);
    if (!parsed.ok) return parsed;
    return ok({
      restriction: (command) => askService(service, command),
      uses: [{ kind: 'policy-service', service }],
    });
  },
};

function* askService(service: string, command: JudgedCommand): Inquiry<Opinion | undefined> {
  const answer = yield* ask({ kind: 'policy-service', service });
  if (answer.kind === 'later') return { ...refuse(451, '3.5', 'Server configuration problem'), isOurFault: true };
  return readAction(answer.action, { command, subject: command.subject, source: service, key: 'policy query' });
}

export const POLICY_SERVICE: RestrictionKinds = { check_policy_service: checkPolicyService };
