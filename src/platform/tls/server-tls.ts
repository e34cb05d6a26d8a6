// What the listeners use for TLS: one context, replaced as a whole when the certificate is. RFC 8996 §2: TLS 1.2 is the least.

import { createSecureContext, type SecureContext } from 'node:tls';
import { WorldError } from '#base/world-error.ts';
import { type CertificateFiles, loadCertificate } from './certificates.ts';

export interface ServerTls {
  /** Asked at each handshake. */
  context(): SecureContext;
  /** Reads the files again, or others; when they are wrong the old certificate stays, and WorldError says why. */
  reload(files: CertificateFiles): Promise<void>;
}

export async function openServerTls(files: CertificateFiles, nowMs: () => number): Promise<ServerTls> {
  let current = await readContext(files, nowMs());
  return {
    context: () => current,
    async reload(newFiles) {
      current = await readContext(newFiles, nowMs());
    },
  };
}

async function readContext(files: CertificateFiles, nowMs: number): Promise<SecureContext> {
  try {
    const { certificate, secretKey } = await loadCertificate(files, nowMs);
    return createSecureContext({ cert: certificate, key: secretKey, minVersion: 'TLSv1.2', honorCipherOrder: true });
  } catch (cause) {
    throw new WorldError(`load the certificate ${files.certificateFile ?? `in ${files.folder}`}`, {
      transient: false,
      cause,
    });
  }
}
