// `reports.*`: reports about mail over the control socket, in pieces, for a line of it has room for only so much.

import { ok } from '#base/result.ts';
import type { ControlMethod } from '#mail/ports/control-method.ts';
import type { ReportAdmin, ReportSending } from '#mail/ports/report-admin.ts';
import type { ReportSearch } from '#mail/ports/report-store.ts';
import { itemsOfReport, itemsOfSending, itemsOfSummaries } from '#mail/reports/report-items.ts';
import { given, method, type Params } from './params.ts';

const USUAL_LIMIT = 20;
const MOST_LISTED = 1_000;

export function reportMethods(reports: ReportAdmin & ReportSending): readonly (readonly [string, ControlMethod])[] {
  return [
    ['reports.summary', method(async (params) => ok(itemsOfSummaries(await reports.summarize(searchOf(params)))))],
    ['reports.list', method(async (params) => ok(await reports.list(searchOf(params))))],
    ['reports.sent', method(async (params) => ok(await reports.listSent(searchOf(params))))],
    [
      'reports.show',
      method(async (params) => {
        const found = await reports.find(params.optionalNumber('id') ?? 0);
        return ok(found === undefined ? [] : itemsOfReport(found));
      }),
    ],
    [
      'reports.send',
      method(async (params) => ok(itemsOfSending(await reports.sendNow(params.optionalBoolean('withToday') ?? false)))),
    ],
  ];
}

function searchOf(params: Params): ReportSearch {
  const limit = Math.min(Math.max(1, params.optionalNumber('limit') ?? USUAL_LIMIT), MOST_LISTED);
  return {
    ...given({ domain: params.optionalText('domain')?.toLowerCase() }),
    sinceMs: params.optionalNumber('sinceMs') ?? 0,
    limit,
  };
}
