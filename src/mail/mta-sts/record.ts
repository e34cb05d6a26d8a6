// The TXT record at `_mta-sts.D`: that there is a policy, and which one. RFC 8461 §3.1.
//
//   sts-text-record = sts-version 1*(sts-field-delim sts-field) [sts-field-delim]
//   sts-version     = %s"v=STSv1"
//   sts-field-delim = *WSP ";" *WSP
//   sts-field       = sts-id / sts-extension
//   sts-id          = %s"id=" 1*32(ALPHA / DIGIT)

const VERSION = 'v=STSv1';

export function stsRecordName(domain: string): string {
  return `_mta-sts.${domain}`;
}

export function formatStsRecord(id: string): string {
  return `${VERSION}; id=${id};`;
}

/** The id of the policy in force; `undefined`: there is none, or more than one record would be it. */
export function findStsId(records: readonly string[]): string | undefined {
  const ours = records.filter((record) => fieldsOf(record)[0] === VERSION);
  const [record] = ours;
  if (record === undefined || ours.length > 1) return undefined;
  const field = fieldsOf(record).find((each) => each.startsWith('id='));
  const id = field?.slice('id='.length);
  return id !== undefined && /^[A-Za-z0-9]{1,32}$/.test(id) ? id : undefined;
}

function fieldsOf(record: string): string[] {
  return record.split(';').map((field) => field.trim());
}
