// The keys for a command: of the running server where one answers, else the files themselves.

import { join } from 'node:path';
import type { Result } from '#base/result.ts';
import type { Refusal } from '#mail/ports/directory-admin.ts';
import type { SigningKeyAdmin, SigningKeyRecord } from '#mail/ports/signing-key-admin.ts';
import { resolverOptions } from '#platform/config/client-settings.ts';
import type { Config } from '#platform/config/schema.ts';
import { openKeyAdmin } from '#platform/dkim-keys/open-dkim-keys.ts';
import { openResolver } from '#platform/dns/resolver.ts';
import { steadyClock, systemClock } from '#platform/machine/clock.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { type Ask, askFor } from '../ask-for.ts';
import type { CommandContext } from '../command-context.ts';
import { withServerOrState } from '../open-admin.ts';

export function withKeyAdmin<T>(context: CommandContext, work: (keys: SigningKeyAdmin) => Promise<T>): Promise<T> {
  return withServerOrState(context, {
    remote: (ask, goneText) => work(remoteKeyAdmin(ask, goneText)),
    offline: (config) => work(keysOf(config)),
  });
}

export function keysOf(config: Config): SigningKeyAdmin {
  const folder = join(config.state_directory, 'dkim');
  const openDns = () => openResolver(resolverOptions(config), { clock: steadyClock, randomness: systemRandomness });
  return openKeyAdmin({ folder, clock: systemClock, queueLifetimeMs: config.maximal_queue_lifetime, openDns });
}

function remoteKeyAdmin(ask: Ask, goneText: string): SigningKeyAdmin {
  const outcome = <T>(method: string, params: object): Promise<Result<T, Refusal>> =>
    askFor<T>(ask, goneText, `dkim.${method}`, params);
  return {
    generate({ domain: name, algorithms, ...wanted }) {
      const [only] = algorithms;
      const algorithm = algorithms.length === 1 ? only : undefined;
      return outcome('generate', { name, algorithm, ...wanted });
    },
    async list(name) {
      const answer = await outcome<SigningKeyRecord[]>('list', { name });
      return answer.ok ? answer.value : [];
    },
    rotate: (name, force) => outcome('rotate', { name, force }),
    check: (name) => outcome('check', { name }),
    importKey: ({ author: name, ...key }) => outcome('import', { name, ...key }),
    remove: (name, selector, force) => outcome('remove', { name, selector, force }),
  };
}
