// What domains need in the DNS, for a command: told by the running server where one answers, else found out by the command itself.

import { ok, type Result } from '#base/result.ts';
import type { Refusal } from '#mail/ports/directory-admin.ts';
import type { DomainAdvisor } from '#mail/ports/domain-advisor.ts';
import { openConfiguredAdvisor } from '#platform/domain-check/configured-advisor.ts';
import { type Ask, askFor } from '../ask-for.ts';
import type { CommandContext } from '../command-context.ts';
import { keysOf } from '../dkim/open-key-admin.ts';
import { withServerOrState } from '../open-admin.ts';

export function withAdvisor<T>(context: CommandContext, work: (advisor: DomainAdvisor) => Promise<T>): Promise<T> {
  return withServerOrState(context, {
    remote: (ask, goneText) => work(remoteAdvisor(ask, goneText)),
    offline: (config) => work(openConfiguredAdvisor(() => config, keysOf(config))),
  });
}

/** Answers come in pieces: they are longer than a line of the socket. */
function remoteAdvisor(ask: Ask, goneText: string): DomainAdvisor {
  const outcome = async <T>(method: string, params: object): Promise<Result<T, Refusal>> => {
    const pieces = await askFor<readonly string[]>(ask, goneText, `domain.${method}`, params);
    if (!pieces.ok) return pieces;
    return ok(JSON.parse(Buffer.from(pieces.value.join(''), 'base64').toString()) as T);
  };
  return {
    plan: (name) => outcome('records', { name }),
    check: (name) => outcome('check', { name }),
    publish: (name, { dryRun }) => outcome('publish', { name, dryRun }),
  };
}
