// No certificates, for tests that are about something else.

import { err, ok } from '#base/result.ts';
import type { CertificateAdmin } from '#mail/ports/certificate-admin.ts';

export const NO_CERTIFICATES: CertificateAdmin = {
  list: async () => ({ nowMs: 0, myhostname: 'mail.valija.test', certificates: [], skipped: [] }),
  renew: async () => ok([]),
  revoke: async (id) => err({ code: 'not-found', message: `no certificate ${id}` }),
};
