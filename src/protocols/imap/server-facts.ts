// What a session knows of its server: whether TLS is between them, and what is on offer because of it.

import type { IdParameter } from './command.ts';

export interface ServerFacts {
  readonly secure: boolean;
  /** On offer now; none without TLS. */
  readonly mechanisms: readonly string[];
  readonly appendLimitBytes: number;
  /** What ID tells. RFC 2971. */
  readonly identity: readonly IdParameter[];
}
