// The record that asks for reports about failing TLS. RFC 8460 §3.

import { type Check, wantedFor } from './check-world.ts';
import { finder } from './finding.ts';
import { lookUpTexts, textsOfVersion } from './look-up.ts';

const { ok, advice, unknown, warning } = finder('tls-rpt');

export const checkTlsReports: Check = async (world) => {
  const name = `_smtp._tls.${world.domain}`;
  const paste = wantedFor(world, 'tls-rpt');
  const look = await lookUpTexts(world.dns, name);
  if (look.kind === 'failed') return [unknown('unanswered', name, { values: { reason: look.reason } })];
  const records = textsOfVersion(look.records, 'v=TLSRPTv1');
  const [record] = records;
  if (record === undefined) return [advice('missing', name, { seen: look.records, paste })];
  if (records.length > 1) return [warning('several', name, { seen: records, paste })];
  const list = /;\s*rua\s*=([^;]*)/.exec(record)?.[1] ?? '';
  const isReadable = list.split(',').every((uri) => /^\s*(?:mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)\s*$/.test(uri));
  return isReadable ? [ok(name, records)] : [warning('bad-address', name, { seen: records, paste })];
};
