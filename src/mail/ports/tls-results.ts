// Where results of TLS with other servers are summed up for their owners. Told and forgotten: it never waits, never fails.

import type { TlsResult } from '#mail/tls-reports/tls-result.ts';

export interface TlsResults {
  add(result: TlsResult): void;
}
