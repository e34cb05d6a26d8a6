// Reports where a test has none.

import type { ReportAdmin, ReportSending } from '#mail/ports/report-admin.ts';

export const NO_REPORTS: ReportAdmin & ReportSending = {
  list: async () => [],
  find: async () => undefined,
  listSent: async () => [],
  summarize: async () => [],
  sendNow: async () => ({ sent: [], goesOn: false }),
};
