// The tables of reports.db.

import type { DatabaseSync } from 'node:sqlite';

export const REPORTS_VERSION = 1;

const SCHEMA = `
  /* Reports of ours that are still to be sent: one for each day and domain. */
  CREATE TABLE outgoing (
    day_ms INTEGER NOT NULL,
    domain TEXT NOT NULL,
    begin_ms INTEGER NOT NULL,
    record TEXT NOT NULL,
    due_ms INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    /* Messages beyond the limit of rows. */
    uncounted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (day_ms, domain)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX outgoing_by_time ON outgoing (due_ms);
  CREATE TABLE sums (
    day_ms INTEGER NOT NULL,
    domain TEXT NOT NULL,
    /* JSON of AggregateRow. */
    row TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (day_ms, domain, row)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE sent (
    at_ms INTEGER NOT NULL,
    domain TEXT NOT NULL,
    begin_ms INTEGER NOT NULL,
    end_ms INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    recipient TEXT NOT NULL,
    queue_id TEXT
  ) STRICT;
  CREATE INDEX sent_by_domain ON sent (domain, end_ms);
  CREATE TABLE received (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    domain TEXT NOT NULL,
    organisation TEXT NOT NULL,
    report_id TEXT NOT NULL,
    author TEXT NOT NULL,
    is_verified INTEGER NOT NULL,
    queue_id TEXT NOT NULL,
    received_ms INTEGER NOT NULL,
    begin_s INTEGER NOT NULL,
    end_s INTEGER NOT NULL,
    total INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    /* JSON of ReceivedReport. */
    content TEXT NOT NULL,
    octets INTEGER GENERATED ALWAYS AS (length(content)) STORED,
    /* A forged report does not keep out the true one. */
    UNIQUE (kind, author, is_verified, domain, organisation, report_id, begin_s, end_s)
  ) STRICT;
  CREATE INDEX received_by_time ON received (received_ms);
  CREATE INDEX received_by_domain ON received (domain, end_s);
  PRAGMA user_version = ${REPORTS_VERSION};
`;

/** What is over the bounds is found without a look at the reports themselves. */
const WORTH_INDEX = `
  CREATE INDEX IF NOT EXISTS received_by_worth
    ON received (is_verified DESC, received_ms DESC, id DESC, octets)`;

/** Throws when the file is of another version. */
export function prepareReportSchema(database: DatabaseSync): void {
  const version = database.prepare('PRAGMA user_version').get()?.['user_version'];
  if (version !== 0 && version !== REPORTS_VERSION) throw new Error(`version ${version} is not known here`);
  if (version === 0) database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
  database.exec(WORTH_INDEX);
}
