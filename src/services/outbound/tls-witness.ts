// Watches TLS come about with one server: judges who it proves to be, and tells the log, the message's journey and the
// domain's report how it went. RFC 8460 §4.3.

import { type CertificateJudgement, judgeCertificate, type Trust } from '#mail/delivery/certificate-judgement.ts';
import type { DestinationTls, ServerTls } from '#mail/delivery/server-tls.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { ServerIdentity } from '#mail/ports/dialer.ts';
import type { TlsResults } from '#mail/ports/tls-results.ts';
import type { RemoteServer, TransportSecurity } from '#mail/ports/transport.ts';
import type { TlsFailure, TlsFailureType } from '#mail/tls-reports/tls-result.ts';
import type { SessionFailure } from '#protocols/smtp/client/failure.ts';
import { replyText } from '#protocols/smtp/client/remote-reply.ts';

export interface TlsWitnessOptions {
  readonly tls: ServerTls;
  readonly destination: DestinationTls;
  readonly server: RemoteServer;
  readonly localAddress: string;
  readonly clock: Clock;
  readonly tlsResults: TlsResults;
}

interface Flaw {
  readonly type: TlsFailureType;
  readonly reason: string;
}

export class TlsWitness {
  readonly #options: TlsWitnessOptions;
  #judgement: CertificateJudgement | undefined;
  #trial: CertificateJudgement | undefined;

  constructor(options: TlsWitnessOptions) {
    this.#options = options;
  }

  get trust(): Trust | undefined {
    return this.#judgement?.kind === 'good' ? this.#judgement.trust : undefined;
  }

  get security(): TransportSecurity {
    const { destination, tls } = this.#options;
    const described = describeSecurity(destination, tls, this.trust);
    return this.#trial?.kind === 'bad' ? { ...described, complaint: this.#trial.complaint } : described;
  }

  /** What is wrong with the server; `undefined`: nothing. */
  judge(identity: ServerIdentity): string | undefined {
    const { tls, clock } = this.#options;
    const nowMs = clock.nowMs();
    this.#judgement = judgeCertificate(tls.demand, identity, nowMs);
    if (tls.trial?.kind === 'demand') this.#trial = judgeCertificate(tls.trial.demand, identity, nowMs);
    return this.#judgement.kind === 'bad' ? this.#judgement.complaint : undefined;
  }

  /** When it came to a message or to an end: one result for the report. */
  conclude(failure: SessionFailure | undefined, isSecured: boolean): void {
    const { tls, destination } = this.#options;
    if (!isReported(destination) || tls.demand.kind === 'none') return;
    const flaw = this.#findFlaw(failure, isSecured);
    if (flaw === 'unknown') return;
    this.#options.tlsResults.add({
      domain: destination.domain,
      policy: tls.applied,
      failure: flaw && this.#describe(flaw),
    });
  }

  /** `unknown`: it did not come to TLS, for reasons that are none of TLS's. */
  #findFlaw(failure: SessionFailure | undefined, isSecured: boolean): Flaw | undefined | 'unknown' {
    const { trial } = this.#options.tls;
    if (this.#judgement?.kind === 'bad') return { type: this.#judgement.failure, reason: this.#judgement.complaint };
    switch (failure?.kind) {
      case 'tls-not-offered':
        return { type: 'starttls-not-supported', reason: 'STARTTLS was not offered' };
      case 'tls-refused':
        return { type: 'starttls-not-supported', reason: replyText(failure.reply) };
      case 'tls-failed':
        return { type: 'validation-failure', reason: failure.text };
    }
    if (!isSecured) {
      return failure === undefined ? { type: 'starttls-not-supported', reason: 'STARTTLS was not offered' } : 'unknown';
    }
    if (trial?.kind === 'not-allowed') return { type: 'validation-failure', reason: trial.text };
    return this.#trial?.kind === 'bad' ? { type: this.#trial.failure, reason: this.#trial.complaint } : undefined;
  }

  #describe({ type, reason }: Flaw): TlsFailure {
    const { server, localAddress } = this.#options;
    const sendingAddress = localAddress === '' ? {} : { sendingAddress: localAddress };
    return { type, ...sendingAddress, mxName: server.name, receivingAddress: server.address, reason };
  }
}

/**
 * Whether the domain is told of it. Of mail that does without TLS it is not: reports are such mail, and a report about the
 * report before would be sent for ever.
 */
export function isReported(destination: DestinationTls): destination is DestinationTls & { readonly domain: string } {
  return destination.domain !== undefined && destination.wish !== 'waived';
}

/** For the journey. */
export function describeSecurity(
  { sts }: DestinationTls,
  { basis, demand, trial }: Pick<ServerTls, 'basis'> & Partial<ServerTls>,
  trust?: Trust,
): TransportSecurity {
  return {
    basis,
    ...(demand === undefined ? {} : { demand: demand.kind }),
    ...(sts.kind === 'policy' ? { sts: `${sts.policy.mode} ${sts.id}` } : {}),
    ...(trial?.kind === 'not-allowed' ? { complaint: trial.text } : {}),
    ...(trust === undefined ? {} : { trust }),
  };
}
