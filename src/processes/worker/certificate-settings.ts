// Which certificates the settings name, and where the server's own is kept.

import { join } from 'node:path';
import type { Config } from '#platform/config/schema.ts';
import type { OwnPlace } from '#platform/tls/own-certificate.ts';
import type { CertificateSettings } from '#platform/tls/server-tls.ts';

export function certificateSettings(config: Config): CertificateSettings {
  const { smtpd_tls_cert_file: certificateFile, smtpd_tls_key_file: secretKeyFile } = config;
  const isGiven = certificateFile !== undefined && secretKeyFile !== undefined;
  return {
    main: isGiven ? { certificateFile, secretKeyFile } : undefined,
    others: config.certificate.map(({ cert_file, key_file = cert_file }) => {
      return { certificateFile: cert_file, secretKeyFile: key_file };
    }),
    own: ownPlace(config),
  };
}

export function ownPlace({ state_directory, myhostname }: Config): OwnPlace {
  return { folder: join(state_directory, 'tls'), hostname: myhostname };
}
