// One record that a domain wants, with its purpose, which is its reason in the reader's language, and its weight.

import type { PublishedRecord, RecordType } from './published-record.ts';
import type { ServerFacts } from './server-facts.ts';

export type Purpose =
  | 'mx'
  | 'host'
  | 'spf'
  | 'helo-spf'
  | 'dkim'
  | 'dmarc'
  | 'report-consent'
  | 'mta-sts'
  | 'mta-sts-host'
  | 'tls-rpt'
  | 'tlsa'
  | 'autoconfig'
  | 'autodiscover'
  | 'client'
  | 'caa';

/** `required`: mail fails without it, somewhere. */
export type Weight = 'required' | 'recommended' | 'optional';

export interface WantedRecord extends PublishedRecord {
  readonly purpose: Purpose;
  readonly weight: Weight;
}

export function record(
  { settings }: Pick<ServerFacts, 'settings'>,
  purpose: Purpose,
  weight: Weight,
  name: string,
  type: RecordType,
  data: string,
): WantedRecord {
  return { purpose, weight, name, type, data, ttlSeconds: settings.ttlSeconds };
}
