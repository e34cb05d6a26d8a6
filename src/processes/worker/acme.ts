// Certificates from authorities, as the settings want them: which names, whom to ask, and how to prove them. What speaks to
// authorities is a large library, loaded with the first order.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WorldError } from '#base/world-error.ts';
import type { RenewalAdvice } from '#mail/certificates/renewal-advice.ts';
import type { RevocationReason } from '#mail/certificates/revocation.ts';
import { wantedCertificates } from '#mail/certificates/wanted-certificates.ts';
import type { Log } from '#mail/ports/log.ts';
import { isTableName } from '#mail/routing/settings.ts';
import type { Authority } from '#platform/acme/authority-client.ts';
import { CertificateKeeper, type FormerCertificate } from '#platform/acme/certificate-keeper.ts';
import type { ChallengeAnswers } from '#platform/acme/challenge-answers.ts';
import type { KeptCertificates } from '#platform/acme/kept-certificates.ts';
import { findSkippedNames } from '#platform/acme/name-places.ts';
import type { Obtained } from '#platform/acme/obtain-certificate.ts';
import { askRenewalInfo } from '#platform/acme/renewal-info.ts';
import { zoneTextRecords } from '#platform/acme/zone-text-records.ts';
import { resolverOptions } from '#platform/config/client-settings.ts';
import type { Config } from '#platform/config/schema.ts';
import { openConfiguredUpdates } from '#platform/dns/configured-updates.ts';
import { type OpenResolver, openResolver } from '#platform/dns/resolver.ts';
import { steadyClock, systemClock } from '#platform/machine/clock.ts';
import { ownAddresses } from '#platform/machine/own-addresses.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import type { CheckedPair } from '#platform/tls/checked-pair.ts';
import type { Certificates } from '#platform/tls/server-tls.ts';

/** With all authorities together: whoever asked for it waits. */
const REVOCATION_MS = 20_000;

export interface AcmeSurroundings {
  readonly log: Log;
  readonly kept: KeptCertificates;
  readonly answers: ChallengeAnswers;
  readonly certificates: Certificates;
  /** The settings in force. */
  config(): Config;
  /** Those of the directory. */
  hostedDomains(): Promise<readonly string[]>;
}

export interface Acme {
  readonly keeper: CertificateKeeper;
  /** Without a look at the DNS: whether they are others than before tells that one is due. */
  wantedIds(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

export function openAcme(around: AcmeSurroundings): Acme {
  const { log, kept, certificates, config } = around;
  const stopping = new AbortController();
  const wanted = async () => {
    if (config().acme.length === 0) return [];
    const { myhostname, virtual_mailbox_domains, mydestination, acme_names } = config();
    const named = [...virtual_mailbox_domains, ...mydestination].filter(
      (entry) => !isTableName(entry) && entry !== myhostname,
    );
    const domains = [...(await around.hostedDomains()), ...named];
    return wantedCertificates({ myhostname, domains, others: acme_names, covered: certificates.namesOfFiles });
  };
  const keeper = new CertificateKeeper({
    clock: systemClock,
    randomness: systemRandomness,
    log,
    kept,
    wanted,
    skipped: (names) => withResolver(config(), (resolver) => findSkipped(names, config(), resolver)),
    obtain: (names, before) =>
      withResolver(config(), (resolver) => obtain(names, before, { around, resolver, stopped: stopping.signal })),
    advise: (certificates) => advise(certificates, around, stopping.signal),
    revoke: (pair, reason) => revoke(pair, reason, config(), stopping.signal),
    changed: (issued) => certificates.setIssued(issued),
  });
  return {
    keeper,
    wantedIds: async () => (await wanted()).map(({ id }) => id),
    async stop() {
      stopping.abort();
      await keeper.stop();
    },
  };
}

function findSkipped(names: readonly string[], config: Config, resolver: OpenResolver) {
  return findSkippedNames(names, {
    resolver,
    myhostname: config.myhostname,
    ownAddresses: [...ownAddresses(), ...config.proxy_interfaces],
    mayLeadElsewhere: config.acme_challenges.every((type) => type === 'dns-01'),
  });
}

interface Obtaining {
  readonly around: AcmeSurroundings;
  readonly resolver: OpenResolver;
  readonly stopped: AbortSignal;
}

async function obtain(
  names: readonly string[],
  before: FormerCertificate | undefined,
  { around: { config, answers, log }, resolver, stopped }: Obtaining,
): Promise<Obtained> {
  const settings = config();
  const { obtainCertificate } = await import('#platform/acme/obtain-certificate.ts');
  const updates = openConfiguredUpdates(settings);
  return await obtainCertificate(names, {
    clock: systemClock,
    secretKey: before?.secretKey,
    replaced: before?.replaced,
    contact: settings.acme_contact,
    requestTimeoutMs: settings.acme_request_timeout,
    orderTimeoutMs: settings.acme_order_timeout,
    stopped,
    authorities: settings.acme.map(readAuthority),
    challengeTypes: settings.acme_challenges,
    proving: {
      answers,
      textRecords: updates && zoneTextRecords(updates, resolver),
      dnsWaitMs: settings.acme_dns_wait,
    },
    accountFolder: accountFolder(settings),
    report: (text) => log.write('warn', 'tls', `warning: ${text}`),
  });
}

/** An authority that does not answer is asked again with the next look; without its word a certificate has a time of its own. */
async function advise(
  certificates: ReadonlyMap<string, string>,
  { config, log }: AcmeSurroundings,
  stopped: AbortSignal,
): Promise<ReadonlyMap<string, RenewalAdvice>> {
  const settings = config();
  const known = new Map<string, RenewalAdvice>();
  for (const authority of settings.acme.map(readAuthority)) {
    const open = new Map([...certificates].filter(([id]) => !known.has(id)));
    try {
      const limits = connection(settings, stopped, settings.acme_order_timeout);
      await askRenewalInfo(authority, open, limits, (id, advice) => known.set(id, advice));
    } catch (error) {
      const { hostname } = new URL(authority.directory);
      const reason = error instanceof Error ? error.message : error;
      log.write('info', 'tls', `${hostname} does not say when it wants certificates to be renewed: ${reason}`);
    }
  }
  return known;
}

async function revoke(pair: CheckedPair, reason: RevocationReason, config: Config, stopped: AbortSignal) {
  const { revokeCertificate } = await import('#platform/acme/revoke-certificate.ts');
  return await revokeCertificate(pair, reason, {
    ...connection(config, stopped, REVOCATION_MS),
    authorities: config.acme.map(readAuthority),
    accountFolder: accountFolder(config),
  });
}

/** One authority that stalls leaves the others their part of the time. */
function connection({ acme, acme_request_timeout }: Config, stopped: AbortSignal, totalMs: number) {
  const requestTimeoutMs = Math.min(acme_request_timeout, Math.floor(totalMs / Math.max(1, acme.length)));
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(totalMs)]);
  return { clock: systemClock, requestTimeoutMs, signal };
}

function accountFolder(config: Config): string {
  return join(acmeFolder(config), 'accounts');
}

export function acmeFolder({ state_directory }: Config): string {
  return join(state_directory, 'tls', 'acme');
}

function readAuthority({ directory, CAfile, eab_kid: kid, eab_hmac_key: hmacKey }: Config['acme'][number]): Authority {
  return {
    directory,
    trusted: CAfile === undefined ? undefined : readTrusted(CAfile),
    external: kid === undefined || hmacKey === undefined ? undefined : { kid, hmacKey },
  };
}

function readTrusted(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new WorldError(`CAfile ${file}`, { transient: false, cause });
  }
}

async function withResolver<T>(config: Config, work: (resolver: OpenResolver) => Promise<T>): Promise<T> {
  const world = { clock: steadyClock, randomness: systemRandomness };
  await using resolver = openResolver(resolverOptions(config), world);
  return await work(resolver);
}
