// The certificates of all doors, kept fresh: files are looked at every minute, and what authorities issue is asked for in
// time. A server that asks no authority never loads the code that would.

import { join } from 'node:path';
import type { Log } from '#mail/ports/log.ts';
import type { Config } from '#platform/config/schema.ts';
import { systemAlarm } from '#platform/machine/alarm.ts';
import { steadyClock, systemClock } from '#platform/machine/clock.ts';
import type { Secrets } from '#platform/tls/pair-files.ts';
import { type CertificateSettings, Certificates, type ServerTls } from '#platform/tls/server-tls.ts';

export class CertificateHouse implements Disposable {
  readonly #log: Log;
  readonly #certificates: Certificates;
  #config: Config;
  #timer: Disposable | undefined;

  private constructor(config: Config, certificates: Certificates, log: Log) {
    this.#config = config;
    this.#certificates = certificates;
    this.#log = log;
    this.#lookLater();
  }

  static async open(config: Config, secrets: Secrets, log: Log): Promise<CertificateHouse> {
    const world = { clock: systemClock, steadyClock, log };
    return new CertificateHouse(config, await Certificates.open(world, settingsOf(config), secrets), log);
  }

  get tls(): ServerTls {
    return this.#certificates;
  }

  /** Throws WorldError, and then nothing has changed. */
  async change(config: Config, secrets: Secrets): Promise<void> {
    await this.#certificates.change(settingsOf(config), secrets);
    this.#config = config;
    this.#lookLater();
  }

  /** What root has read anew, of files that changed. */
  async takeSecrets(secrets: Secrets): Promise<void> {
    await this.#certificates.takeSecrets(secrets);
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
  }

  #lookLater(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = systemAlarm.after(this.#config.certificate_check_interval, () => void this.#look());
  }

  async #look(): Promise<void> {
    try {
      await this.#certificates.look();
    } catch (error) {
      this.#log.write('error', 'tls', `warning: ${error instanceof Error ? error.message : error}`);
    }
    this.#lookLater();
  }
}

function settingsOf(config: Config): CertificateSettings {
  const { smtpd_tls_cert_file: certificateFile, smtpd_tls_key_file: secretKeyFile } = config;
  const isGiven = certificateFile !== undefined && secretKeyFile !== undefined;
  return {
    main: isGiven ? { certificateFile, secretKeyFile } : undefined,
    others: config.certificate.map(({ cert_file, key_file = cert_file }) => {
      return { certificateFile: cert_file, secretKeyFile: key_file };
    }),
    own: { folder: join(config.state_directory, 'tls'), hostname: config.myhostname },
  };
}
