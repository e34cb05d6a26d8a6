// The advisor as the settings have it: for the running server, and for commands that work on the state alone.

import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { WorldError } from '#base/world-error.ts';
import type { DomainAdvisor } from '#mail/ports/domain-advisor.ts';
import type { SigningKeyAdmin } from '#mail/ports/signing-key-admin.ts';
import { resolverOptions } from '#platform/config/client-settings.ts';
import type { Config } from '#platform/config/schema.ts';
import { openConfiguredUpdates } from '#platform/dns/configured-updates.ts';
import { openResolver } from '#platform/dns/resolver.ts';
import { DNS_PORT } from '#platform/dns/resolver-file.ts';
import { steadyClock, systemClock } from '#platform/machine/clock.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { type AdvisorSettings, openDomainAdvisor } from './domain-advisor.ts';
import { findServerFacts } from './own-facts.ts';

const SMTP_PORT = 25;
/** A check asks a hundred questions; one that nobody answers must not hold up the others. */
const QUESTION_TIMEOUT_MS = 5_000;
const POLICY_TIMEOUT_MS = 8_000;

export function openConfiguredAdvisor(config: () => Config, keys: Pick<SigningKeyAdmin, 'list'>): DomainAdvisor {
  return openDomainAdvisor({
    clock: systemClock,
    randomness: systemRandomness,
    findServer: () => findServerFacts(config()),
    listKeys: (domain) => keys.list(domain),
    openDns: () => {
      const options = resolverOptions(config());
      const totalTimeoutMs = Math.min(options.totalTimeoutMs, QUESTION_TIMEOUT_MS);
      // Names of this machine's own file are nobody else's.
      const { dnsOnly, [Symbol.asyncDispose]: close } = openResolver(
        { ...options, totalTimeoutMs },
        { clock: steadyClock, randomness: systemRandomness },
      );
      return { resolve: (name, type) => dnsOnly.resolve(name, type), [Symbol.asyncDispose]: close };
    },
    settings: () => advisorSettings(config()),
  });
}

function advisorSettings(config: Config): AdvisorSettings {
  const server = config.dns_update_server;
  return {
    blockLists: config.domain_check_lists,
    peer: config.domain_check_peer,
    smtpPort: SMTP_PORT,
    nameServerPort: DNS_PORT,
    policies: {
      port: config.mta_sts_tcp_port,
      authorities:
        config.smtp_tls_CAfile === undefined
          ? rootCertificates
          : [...rootCertificates, readAuthorities(config.smtp_tls_CAfile)],
      timeoutMs: Math.min(config.mta_sts_fetch_timeout, POLICY_TIMEOUT_MS),
      policySizeLimit: config.mta_sts_policy_size_limit,
    },
    updates: server === undefined ? undefined : { server, open: () => openUpdates(config) },
  };
}

function openUpdates(config: Config) {
  const updates = openConfiguredUpdates(config);
  if (updates === undefined)
    throw new WorldError('dynamic updates: dns_update_server is not set', { transient: false });
  return updates;
}

function readAuthorities(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new WorldError(`read ${file}`, { transient: false, cause });
  }
}
