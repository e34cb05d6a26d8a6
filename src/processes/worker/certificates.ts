// The certificates of all doors, kept fresh: files are looked at every minute, what authorities issue is asked for in time,
// and what goes wrong is told to the postmaster. A server that asks no authority never loads the code that would.

import { err, ok, type Result } from '#base/result.ts';
import { messageOf } from '#base/thrown.ts';
import { unreachable } from '#base/unreachable.ts';
import { composeNotice } from '#mail/certificates/notice.ts';
import type { RevocationOutcome, RevocationReason } from '#mail/certificates/revocation.ts';
import { findWorries, ToldWorries } from '#mail/certificates/worries.ts';
import type { CertificateAdmin, CertificateListing, Revoked } from '#mail/ports/certificate-admin.ts';
import type { Refusal } from '#mail/ports/directory-admin.ts';
import type { Log } from '#mail/ports/log.ts';
import type { OwnMail } from '#mail/ports/own-mail.ts';
import { ChallengeAnswers } from '#platform/acme/challenge-answers.ts';
import { KeptCertificates } from '#platform/acme/kept-certificates.ts';
import type { Config } from '#platform/config/schema.ts';
import { systemAlarm } from '#platform/machine/alarm.ts';
import { steadyClock, systemClock } from '#platform/machine/clock.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import type { Secrets } from '#platform/tls/pair-files.ts';
import { Certificates, type PreparedCertificates } from '#platform/tls/server-tls.ts';
import { type Acme, acmeFolder, openAcme } from './acme.ts';
import { listCertificates } from './certificate-list.ts';
import { certificateSettings } from './certificate-settings.ts';

/** Names may begin to lead here without anybody telling us. */
const LOOK_AT_NAMES_MS = 3_600_000;

export interface CertificateNeighbours {
  hostedDomains(): Promise<readonly string[]>;
  /** Asked at each message: it changes with the settings. */
  ownMail(): OwnMail;
}

export class CertificateHouse implements AsyncDisposable {
  readonly tls: Certificates;
  /** What authorities find when they ask whether a name is ours. */
  readonly challenges = new ChallengeAnswers();
  readonly admin: CertificateAdmin = {
    list: () => this.#list(),
    renew: (id) => this.#renew(id),
    revoke: (id, reason) => this.#revoke(id, reason),
  };
  readonly #log: Log;
  readonly #kept: KeptCertificates;
  readonly #told = new ToldWorries();
  #config: Config;
  #acme: Acme | undefined;
  #neighbours: CertificateNeighbours | undefined;
  #timer: Disposable | undefined;
  /** When the names were looked at last, and what was wanted then. */
  #lookedMs = Number.NEGATIVE_INFINITY;
  #lookedFor = '';

  private constructor(config: Config, tls: Certificates, kept: KeptCertificates, log: Log) {
    this.#config = config;
    this.tls = tls;
    this.#kept = kept;
    this.#log = log;
  }

  static async open(config: Config, secrets: Secrets, log: Log): Promise<CertificateHouse> {
    const world = { clock: systemClock, steadyClock, log };
    const kept = new KeptCertificates(acmeFolder(config), log);
    const issued = config.acme.length === 0 ? [] : kept.issued;
    const tls = await Certificates.open(world, certificateSettings(config), secrets, issued);
    return new CertificateHouse(config, tls, kept, log);
  }

  /** The doors are open: authorities that ask back are answered. */
  begin(neighbours: CertificateNeighbours): void {
    this.#neighbours = neighbours;
    this.#acme = openAcme({
      log: this.#log,
      kept: this.#kept,
      answers: this.challenges,
      certificates: this.tls,
      config: () => this.#config,
      hostedDomains: () => neighbours.hostedDomains(),
    });
    void this.#lookAndAgain();
  }

  /** Throws WorldError. */
  async prepare(config: Config, secrets: Secrets): Promise<PreparedCertificates> {
    const [asksAnyone, askedAnyone] = [config, this.#config].map(({ acme }) => acme.length > 0);
    const issued = asksAnyone ? this.#kept.issued : [];
    const changed = asksAnyone === askedAnyone ? undefined : issued;
    const prepared = await this.tls.prepare(certificateSettings(config), secrets, changed);
    return {
      enter: () => {
        prepared.enter();
        this.#config = config;
        this.#lookedFor = '';
        // What changed since it was prepared is found then.
        if (this.#acme !== undefined) this.#lookLater(0);
      },
    };
  }

  /** What root has read anew, of files that changed. */
  async takeSecrets(secrets: Secrets): Promise<void> {
    await this.tls.takeSecrets(secrets);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    const acme = this.#acme;
    this.#acme = undefined;
    await acme?.stop();
  }

  #lookLater(ms: number): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = systemAlarm.after(ms, () => void this.#lookAndAgain());
  }

  async #lookAndAgain(): Promise<void> {
    try {
      await this.tls.look();
      await this.#lookAtNames();
      await this.#tellWorries();
    } catch (error) {
      this.#log.write('error', 'tls', `warning: ${messageOf(error)}`);
    }
    if (this.#acme !== undefined) this.#lookLater(this.#config.certificate_check_interval);
  }

  /** When something is due, or was added; else now and then. It goes on beside what else is looked at. */
  async #lookAtNames(): Promise<void> {
    if (this.#acme === undefined) return;
    const { keeper } = this.#acme;
    const lookedFor = (await this.#acme.wantedIds()).join(' ');
    const nowMs = systemClock.nowMs();
    const isDue = keeper.records.some(({ nextMs = Number.POSITIVE_INFINITY }) => nextMs <= nowMs);
    const isLongAgo = steadyClock.nowMs() - this.#lookedMs >= LOOK_AT_NAMES_MS;
    if (!isDue && !isLongAgo && lookedFor === this.#lookedFor) return;
    this.#lookedFor = lookedFor;
    this.#lookedMs = steadyClock.nowMs();
    if (lookedFor !== '' || keeper.records.length > 0) void keeper.look();
  }

  async #tellWorries(): Promise<void> {
    const listing = await this.#list();
    const worries = this.#told.select(findWorries(listing), listing.nowMs);
    if (worries.length === 0 || this.#neighbours === undefined) return;
    const { myhostname, nowMs: atMs } = listing;
    const messageId = systemRandomness.bytes(12).toString('hex');
    const octets = composeNotice({ myhostname, atMs, messageId, worries });
    await this.#neighbours.ownMail().post({ sender: '', recipient: 'postmaster', octets, smtpUtf8: false });
    this.#told.note(worries, atMs);
    for (const { kind, record } of worries) {
      this.#log.write('error', 'tls', `certificate of ${record.id} (${record.place}): ${kind}; the postmaster is told`);
    }
  }

  async #list(): Promise<CertificateListing> {
    const keeper = this.#acme?.keeper;
    return {
      nowMs: systemClock.nowMs(),
      myhostname: this.#config.myhostname,
      certificates: listCertificates(this.#config, this.tls, keeper?.records ?? []),
      skipped: keeper?.skipped ?? [],
    };
  }

  async #renew(id: string | undefined): Promise<Result<readonly string[], Refusal>> {
    await this.tls.look();
    if (this.#config.acme.length === 0 || this.#acme === undefined) return id === undefined ? ok([]) : unknown(id);
    const wanted = await this.#acme.wantedIds();
    if (id !== undefined && !wanted.includes(id)) return unknown(id);
    const demanded = id === undefined ? wanted : [id];
    void this.#acme.keeper.look(demanded);
    return ok(demanded);
  }

  async #revoke(id: string, reason: RevocationReason): Promise<Result<Revoked, Refusal>> {
    const keeper = this.#acme?.keeper;
    const outcome: RevocationOutcome = keeper === undefined ? { kind: 'unknown' } : await keeper.revoke(id, reason);
    if (outcome.kind !== 'revoked') return refuseRevocation(id, outcome);
    void keeper?.look();
    return ok({ authority: outcome.authority });
  }
}

function refuseRevocation(
  id: string,
  outcome: Exclude<RevocationOutcome, { kind: 'revoked' }>,
): Result<never, Refusal> {
  switch (outcome.kind) {
    case 'unknown': {
      const message = `no authority has issued a certificate ${id} here; see: valija tls list`;
      return err({ code: 'not-found', message, phrase: 'certificate-not-issued', details: { id } });
    }
    case 'busy': {
      const message = 'an authority is being asked for a certificate at this moment; try again when it is done';
      return err({ code: 'in-use', message, phrase: 'authority-busy', details: {} });
    }
    case 'failed': {
      const { reason } = outcome;
      const message = `the certificate ${id} was not revoked: ${reason}`;
      return err({ code: 'invalid', message, phrase: 'revocation-failed', details: { id, reason } });
    }
    default:
      return unreachable(outcome);
  }
}

function unknown(id: string): Result<never, Refusal> {
  const message = `no certificate for ${id} is asked of an authority here; see: valija tls list`;
  return err({ code: 'not-found', message, phrase: 'certificate-unknown', details: { id } });
}
