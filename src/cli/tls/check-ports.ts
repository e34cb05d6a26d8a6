// `valija tls check`: every port with TLS is visited, as mail programs do it, and what they see is judged.

import { X509Certificate } from 'node:crypto';
import { daysLeft } from '#mail/certificates/renewal.ts';
import type { CertificateListing } from '#mail/ports/certificate-admin.ts';
import type { ListenerStatus } from '#mail/ports/status-source.ts';
import type { CommandContext } from '../command-context.ts';
import { formatTable, harmless } from '../output/table.ts';
import type { TextKey } from '../texts/text-key.ts';
import { paintLines } from './certificate-view.ts';
import { hasTls, lookAtPort } from './look-at-port.ts';

export interface PortFinding {
  readonly service: string;
  readonly port: number;
  /** What was asked for. */
  readonly name: string;
  readonly issuer: string | undefined;
  readonly daysLeft: number | undefined;
  readonly protocol: string | undefined;
  /** `undefined`: good. */
  readonly fault: { readonly code: string; readonly detail: string } | undefined;
}

/** The host's own name at every port; each further name at one, for they all choose in the same way. */
export async function checkPorts(
  listeners: readonly ListenerStatus[],
  { certificates, myhostname }: CertificateListing,
  trusted: string | undefined,
): Promise<PortFinding[]> {
  const ports = listeners.filter(({ service }) => hasTls(service));
  const [first] = ports.filter(({ service }) => service.endsWith('s')).concat(ports);
  const served = certificates.filter((one) => one.served && one.source !== 'self-signed');
  const names = new Set(served.flatMap((one) => one.names).filter((name) => !name.startsWith('*')));
  names.delete(myhostname);
  const looks = ports.map((port) => ({ port, name: myhostname }));
  if (first !== undefined) looks.push(...[...names].map((name) => ({ port: first, name })));
  const findings: PortFinding[] = [];
  // One after the other: a server limits how many come from one place.
  for (const { port, name } of looks) findings.push(await look(port, name, trusted));
  return findings;
}

async function look(place: ListenerStatus, name: string, trusted: string | undefined): Promise<PortFinding> {
  const { service, port } = place;
  const view = await lookAtPort(place, { serverName: name, trusted });
  if (view.kind === 'unseen') {
    const fault = { code: 'unseen', detail: view.reason };
    return { service, port, name, issuer: undefined, daysLeft: undefined, protocol: undefined, fault };
  }
  const leaf = new X509Certificate(view.chain[0] ?? '');
  const fault = view.distrust === undefined ? undefined : { code: 'distrust', detail: view.distrust };
  return {
    ...{ service, port, name, fault, protocol: view.version },
    issuer: /^(?:CN|O)=(.*)$/m.exec(leaf.issuer)?.[1] ?? leaf.issuer,
    daysLeft: daysLeft(leaf.validToDate.getTime(), Date.now()),
  };
}

export function formatFindings(context: CommandContext, findings: readonly PortFinding[]): string {
  const { say } = context;
  if (findings.length === 0) return say('tls.check.no-ports');
  const columns = [
    { title: say('tls.field.service') },
    { title: say('tls.field.port'), align: 'right' },
    { title: say('tls.field.name') },
    { title: say('tls.field.protocol') },
    { title: say('tls.field.issuer') },
    { title: say('tls.field.days'), align: 'right' },
    { title: say('tls.field.verdict') },
  ] as const;
  const rows = findings.map((finding) => [
    finding.service,
    String(finding.port),
    finding.name,
    finding.protocol ?? '–',
    finding.issuer ?? '–',
    finding.daysLeft === undefined ? '–' : String(finding.daysLeft),
    formatVerdict(context, finding),
  ]);
  const colours = findings.map(({ fault }) => (fault === undefined ? 'green' : 'red'));
  const bad = findings.filter(({ fault }) => fault !== undefined).length;
  const summary = say(bad === 0 ? 'tls.check.summary.good' : 'tls.check.summary.bad', { bad, count: findings.length });
  return `${paintLines(context, formatTable(columns, rows), [undefined, ...colours])}\n${summary}`;
}

const DISTRUSTS: readonly string[] = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERR_TLS_CERT_ALTNAME_INVALID',
];

function formatVerdict({ say }: CommandContext, { fault }: PortFinding): string {
  if (fault === undefined) return say('tls.check.good');
  if (fault.code === 'unseen') return say('tls.check.unseen', { reason: harmless(fault.detail) });
  const known = DISTRUSTS.includes(fault.detail) ? fault.detail : 'other';
  return say(`tls.check.distrust.${known}` as TextKey, { code: fault.detail });
}
