// What a search found: SEARCH and ESEARCH. RFC 3501 §7.2.5; RFC 4731 §3.1, §3.2; RFC 7162 §3.1.5, §3.1.10 (MODSEQ).

import { ByteWriter } from '#base/byte-writer.ts';
import { runsOf } from '#base/intervals.ts';
import type { SearchReturn } from '../command.ts';
import { formatRuns } from '../response.ts';
import { formatString } from './string.ts';

const SPACE = Buffer.from(' ');

/** Numbers or UIDs. `modSeq`: the highest among those found, where the search was by MODSEQ. */
export function formatSearch(found: Uint32Array, modSeq: number | undefined): Buffer {
  const writer = new ByteWriter(64 + found.length * 8);
  writer.text('* SEARCH');
  for (const number of found) {
    writer.octets(SPACE);
    writer.decimal(number);
  }
  // A search that found nothing says nothing of mod-sequences: RFC 7162 §3.1.5.
  writer.text(modSeq === undefined || found.length === 0 ? '\r\n' : ` (MODSEQ ${modSeq})\r\n`);
  return writer.take();
}

export interface ExtendedSearch {
  readonly tag: string;
  readonly uid: boolean;
  readonly returns: readonly SearchReturn[];
  /** Ascending. */
  readonly found: Uint32Array;
  readonly modSeq: number | undefined;
}

// esearch-response = "ESEARCH" [search-correlator] [SP "UID"] *(SP search-return-data)
/** MIN, MAX and ALL are left out where nothing was found. */
export function formatEsearch({ tag, uid, returns, found, modSeq }: ExtendedSearch): Buffer {
  const parts = [`* ESEARCH (TAG ${formatString(tag)})`];
  const first = found[0];
  const last = found.at(-1);
  if (uid) parts.push('UID');
  if (returns.includes('MIN') && first !== undefined) parts.push(`MIN ${first}`);
  if (returns.includes('MAX') && last !== undefined) parts.push(`MAX ${last}`);
  if (returns.includes('COUNT')) parts.push(`COUNT ${found.length}`);
  if (returns.includes('ALL') && first !== undefined) parts.push(`ALL ${formatRuns(runsOf(found))}`);
  if (modSeq !== undefined && first !== undefined) parts.push(`MODSEQ ${modSeq}`);
  return Buffer.from(`${parts.join(' ')}\r\n`, 'latin1');
}
