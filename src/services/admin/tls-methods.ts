// `tls.*`: the certificates, over the control socket. No key ever goes out.

import { ok } from '#base/result.ts';
import { REVOCATION_REASONS } from '#mail/certificates/revocation.ts';
import type { CertificateAdmin } from '#mail/ports/certificate-admin.ts';
import type { ControlMethod } from '#mail/ports/control-method.ts';
import { directoryOutcome, method } from './params.ts';

export function tlsMethods(certificates: CertificateAdmin): readonly (readonly [string, ControlMethod])[] {
  return [
    ['tls.list', method(async () => ok(await certificates.list()))],
    ['tls.renew', method(async (params) => directoryOutcome(await certificates.renew(params.optionalText('id'))))],
    [
      'tls.revoke',
      method(async (params) => {
        const reason = params.optionalWord('reason', REVOCATION_REASONS) ?? 'unspecified';
        return directoryOutcome(await certificates.revoke(params.text('name'), reason));
      }),
    ],
  ];
}
