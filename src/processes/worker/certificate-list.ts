// All certificates there are or are to be, for the administrator: of files, of authorities, and the server's own.

import type { CertificateFacts } from '#mail/certificates/certificate-facts.ts';
import type { CertificateFailure, CertificateRecord } from '#mail/ports/certificate-admin.ts';
import type { KeptRecord } from '#platform/acme/certificate-keeper.ts';
import type { Config } from '#platform/config/schema.ts';
import { OWN_RENEWAL_MS, ownCertificateFile } from '#platform/tls/own-certificate.ts';
import type { PairFiles } from '#platform/tls/pair-files.ts';
import type { Certificates } from '#platform/tls/server-tls.ts';
import { ownPlace } from './certificate-settings.ts';

export function listCertificates(
  config: Config,
  certificates: Certificates,
  kept: readonly KeptRecord[],
): CertificateRecord[] {
  const shown = certificates.shownFor(undefined);
  const isDefault = (facts: CertificateFacts | undefined) => facts !== undefined && facts.fingerprint === shown;
  const records = [
    ...certificates.files.map(ofFiles),
    // A domain none of whose names leads here has no certificate, and is not to have one.
    ...kept
      .filter(({ names, facts, isOrdering }) => names.length > 0 || facts !== undefined || isOrdering)
      .map((one) => ofAuthority(one, config)),
    ...(certificates.own === undefined ? [] : [ofOurOwn(certificates.own.facts, config)]),
  ];
  return records.map(({ facts, ...record }) => ({ ...record, served: facts, isDefault: isDefault(facts) }));
}

type Draft = Omit<CertificateRecord, 'served' | 'isDefault'> & { readonly facts: CertificateFacts | undefined };

function ofFiles({ place: { certificateFile }, pair, failure }: PairFiles): Draft {
  const names = pair?.facts.names ?? [];
  return {
    id: names[0] ?? certificateFile,
    source: 'file',
    place: certificateFile,
    names,
    facts: pair?.facts,
    nextMs: undefined,
    isOrdering: false,
    failure,
  };
}

function ofAuthority({ id, names, facts, attempt, nextMs, isOrdering }: KeptRecord, { acme }: Config): Draft {
  const failure: CertificateFailure | undefined = attempt && {
    atMs: attempt.atMs,
    text: attempt.text,
    failures: attempt.failures,
  };
  const place = acme.map(({ directory }) => new URL(directory).hostname).join(', ');
  return { id, source: 'acme', place, names: facts?.names ?? names, facts, nextMs, isOrdering, failure };
}

function ofOurOwn(facts: CertificateFacts, config: Config): Draft {
  const place = ownCertificateFile(ownPlace(config));
  const nextMs = facts.untilMs - OWN_RENEWAL_MS;
  const { names } = facts;
  return {
    id: config.myhostname,
    source: 'self-signed',
    place,
    names,
    facts,
    nextMs,
    isOrdering: false,
    failure: undefined,
  };
}
