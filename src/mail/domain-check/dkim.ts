// The DKIM records: of each key that signs, signed, or will sign, the record is there, alone, and ours. RFC 6376 §3.6.

import { publishedKeys } from '#mail/domain-records/plan-domain.ts';
import type { SigningKeyRecord } from '#mail/ports/signing-key-admin.ts';
import { isRecordOf, keyRecordName, parseKeyRecord } from '#protocols/dkim/key-record.ts';
import { type Check, type CheckWorld, wantedFor } from './check-world.ts';
import { type Finding, finder } from './finding.ts';
import { lookUpTexts } from './look-up.ts';
import type { RuleOf } from './rules.ts';

const { ok, advice, unknown, warning, failure } = finder('dkim');

export const checkDkim: Check = async (world) => {
  const keys = publishedKeys(world.keys);
  if (keys.length === 0) return [failure('no-keys', world.domain)];
  return (await Promise.all(keys.map((key) => checkKey(world, key)))).flat();
};

async function checkKey(world: CheckWorld, key: SigningKeyRecord): Promise<Finding[]> {
  const name = keyRecordName(key);
  const paste = wantedFor(world, 'dkim').filter((wanted) => wanted.name === name);
  const look = await lookUpTexts(world.dns, name);
  if (look.kind === 'failed') return [unknown('unanswered', name, { values: { reason: look.reason } })];
  const seen = look.records;
  const parsed = seen.flatMap((text) => parseKeyRecord(text) ?? []);
  const [record] = parsed;
  // What will sign one day may still be on its way.
  const complain = key.status === 'next' ? advice : failure;
  if (seen.length === 0) return [complain(...(await findMisplaced(world, key)), { paste })];
  if (parsed.length > 1) return [complain('several', name, { seen, paste })];
  if (record === undefined) return [complain('malformed', name, { seen, paste })];
  if (record.publicKey === '') return [complain('revoked', name, { seen, paste })];
  if (!isRecordOf(record, key)) return [complain('differs', name, { seen, paste })];
  return seen.some(isTesting) ? [warning('testing', name, { seen, paste })] : [ok(name, seen)];
}

/** key-t-tag = "t=" key-t-tag-flag *( ":" key-t-tag-flag ) ; blanks may stand around each. RFC 6376 §3.6.1 */
function isTesting(record: string): boolean {
  return record.split(';').some((tag) => {
    const [name = '', flags = ''] = tag.split('=');
    return name.trim() === 't' && flags.split(':').some((flag) => flag.trim() === 'y');
  });
}

/** Tutorials write `_domain_key`, and web forms of providers put the domain behind the name once more. */
async function findMisplaced(
  { dns }: CheckWorld,
  key: SigningKeyRecord,
): Promise<readonly [rule: RuleOf<'dkim'>, name: string]> {
  const name = keyRecordName(key);
  const elsewhere = [`${key.selector}._domain_key.${key.domain}`, `${name}.${key.domain}`];
  for (const other of elsewhere) {
    const look = await lookUpTexts(dns, other);
    // Behind a wildcard any text may stand there.
    if (look.kind === 'found' && look.records.some((text) => parseKeyRecord(text) !== undefined))
      return [other.includes('_domain_key.') ? 'misspelt' : 'doubled', other];
  }
  return ['missing', name];
}
