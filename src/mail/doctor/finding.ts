// What the doctor may find: one rule for each thing, which says how bad it is. Red: mail is lost, refused or open to others, or soon
// will be. Amber: it works, and somebody should look. Unchecked: could not be found out from here; nothing follows from it.

export const LEVELS = ['green', 'unchecked', 'amber', 'red'] as const;
export type Level = (typeof LEVELS)[number];

export const RULES = {
  'server-running': 'green',
  'server-stopped': 'red',
  'server-silent': 'red',
  'server-unasked': 'amber',
  'server-refused-settings': 'amber',
  'state-fine': 'green',
  'state-missing': 'red',
  'state-older': 'amber',
  'state-newer': 'red',
  'state-unreadable': 'red',
  'state-set-aside': 'amber',
  'homes-fine': 'green',
  'home-open': 'red',
  'home-shut': 'red',
  'home-owner': 'red',
  'home-no-folder': 'red',
  'spool-fine': 'green',
  'secrets-fine': 'green',
  'secret-open': 'red',
  'secret-owner': 'red',
  'disk-fine': 'green',
  'disk-low': 'amber',
  'disk-full': 'red',
  'inodes-low': 'amber',
  'inodes-out': 'red',
  'clock-fine': 'green',
  'clock-off': 'red',
  'clock-back': 'red',
  'clock-unchecked': 'unchecked',
  'ports-fine': 'green',
  'port-taken': 'red',
  'port-closed': 'red',
  'certificate-fine': 'green',
  'certificate-self-signed': 'amber',
  'certificate-name': 'amber',
  'certificate-expiring': 'amber',
  'certificate-expired': 'red',
  'certificate-early': 'red',
  'certificate-key': 'red',
  'certificate-unreadable': 'red',
  'queue-fine': 'green',
  'queue-old': 'amber',
  'queue-stuck': 'red',
  'queue-unreadable': 'red',
  'journal-fine': 'green',
  'journal-large': 'amber',
  'journal-damaged': 'red',
  'database-fine': 'green',
  'database-large': 'amber',
  'database-damaged': 'red',
  'egress-fine': 'green',
  'egress-relayed': 'green',
  'egress-unknown': 'unchecked',
  'egress-listed': 'red',
  'egress-list-silent': 'unchecked',
  'egress-no-name': 'red',
  'egress-unconfirmed': 'red',
  'egress-generic': 'amber',
  'egress-other-name': 'amber',
  'egress-name-unanswered': 'unchecked',
  'domain-fine': 'green',
  'domain-reserved': 'unchecked',
  'domain-unsure': 'unchecked',
  'domain-warnings': 'amber',
  'domain-failures': 'red',
  'not-examined': 'amber',
} as const satisfies Readonly<Record<string, Level>>;

export type Rule = keyof typeof RULES;

export interface DoctorFinding {
  readonly rule: Rule;
  readonly level: Level;
  /** The file, the port, the domain, the address that it is about. */
  readonly subject: string;
  readonly values: Readonly<Record<string, string | number>>;
  /** What sets it right without doubt and without harm. */
  readonly repair?: Repair;
}

/** Of a file or folder that stands below a folder whom nobody else can change. */
export type Repair =
  | { readonly kind: 'mode'; readonly base: string; readonly path: string; readonly mode: number }
  | {
      readonly kind: 'owner';
      readonly base: string;
      readonly path: string;
      readonly uid: number;
      readonly gid: number;
    };

export function found(
  rule: Rule,
  subject: string,
  values: Readonly<Record<string, string | number>> = {},
  repair?: Repair,
): DoctorFinding {
  return { rule, level: RULES[rule], subject, values, ...(repair && { repair }) };
}

export function worstLevel(findings: readonly DoctorFinding[]): Level {
  return LEVELS.findLast((level) => findings.some((finding) => finding.level === level)) ?? 'green';
}

/** For whoever watches by exit codes, as Nagios' plugins have them. What could not be checked worries nobody. */
export function exitCodeOf(findings: readonly DoctorFinding[]): 0 | 1 | 2 {
  const worst = worstLevel(findings);
  return worst === 'red' ? 2 : worst === 'amber' ? 1 : 0;
}
