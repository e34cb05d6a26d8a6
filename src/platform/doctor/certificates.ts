// The certificates: as the running server has them, else the files that it would read.

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { messageOf } from '#base/thrown.ts';
import { type CertificateFacts, judgeCertificate } from '#mail/doctor/certificate.ts';
import { type DoctorFinding, found } from '#mail/doctor/finding.ts';
import type { CertificateListing } from '#mail/ports/certificate-admin.ts';
import type { Config } from '#platform/config/schema.ts';
import { ownCertificates } from '#platform/inspection/inspect-secrets.ts';

type Common = Pick<CertificateFacts, 'nowMs' | 'isPrivate' | 'hostname'>;

export function examineListing({ certificates }: CertificateListing, common: Common): DoctorFinding[] {
  return certificates.flatMap(({ served, source, place, id, names, isDefault, failure }) => {
    const subject = source === 'acme' ? id : place;
    if (served === undefined) {
      return failure === undefined ? [] : [found('certificate-unreadable', subject, { reason: failure.text })];
    }
    const { fromMs, untilMs } = served;
    const namesUs = !isDefault || names.some((name) => covers(name, common.hostname));
    const isSelfSigned = source === 'self-signed';
    return [judgeCertificate({ path: subject, fitsKey: true, fromMs, untilMs, isSelfSigned, namesUs, ...common })];
  });
}

export function examineFiles(config: Config, common: Common): DoctorFinding[] {
  const { smtpd_tls_cert_file: certificateFile, smtpd_tls_key_file: secretKeyFile } = config;
  const pairs =
    certificateFile !== undefined && secretKeyFile !== undefined
      ? [{ certificateFile, secretKeyFile }]
      : ownCertificates(config.state_directory);
  return pairs.map(({ certificateFile: path, secretKeyFile: keyFile }) => {
    try {
      const certificate = new X509Certificate(readFileSync(path));
      return judgeCertificate({
        ...{ path, ...common },
        fromMs: certificate.validFromDate.getTime(),
        untilMs: certificate.validToDate.getTime(),
        fitsKey: certificate.checkPrivateKey(createPrivateKey(readFileSync(keyFile))),
        isSelfSigned: certificate.checkIssued(certificate),
        namesUs: certificate.checkHost(common.hostname) !== undefined,
      });
    } catch (error) {
      return found('certificate-unreadable', path, { reason: messageOf(error) });
    }
  });
}

/** `*.example.org` stands for one label. RFC 9525 §6.3. */
function covers(name: string, hostname: string): boolean {
  const [wanted, host] = [name.toLowerCase(), hostname.toLowerCase()];
  return wanted === host || (wanted.startsWith('*.') && wanted.slice(1) === host.slice(host.indexOf('.')));
}
