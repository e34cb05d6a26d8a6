// The whole examination, part after part, beside a running server or without one. It changes nothing; a part that cannot be looked
// at is a finding like any other.

import { basename, join } from 'node:path';
import { isInAnyNetwork, parseIpNetworks } from '#base/ip-network.ts';
import { messageOf } from '#base/thrown.ts';
import { type DoctorFinding, found, type Repair } from '#mail/doctor/finding.ts';
import { judgePorts } from '#mail/doctor/ports.ts';
import type { CertificateListing } from '#mail/ports/certificate-admin.ts';
import type { DomainAdvisor } from '#mail/ports/domain-advisor.ts';
import type { ServerStatus } from '#mail/ports/status-source.ts';
import { isTableName } from '#mail/routing/settings.ts';
import type { Config } from '#platform/config/schema.ts';
import { openReadOnly } from '#platform/files/read-only-database.ts';
import { examineFiles, examineListing } from './certificates.ts';
import { examineClock } from './clock.ts';
import { examineDisks } from './disk-room.ts';
import { examineHomes, type HomesView } from './homes.ts';
import { openPortOwners } from './listening-programs.ts';
import { examineDomain, examineEgress } from './names.ts';
import { findOwnUser } from './own-user.ts';
import { examineKeyFile, examineSecrets } from './secrets.ts';
import { examineSpool } from './spool.ts';
import { examineDatabases, examineJournal, examineQueue, examineVersion } from './state-files.ts';

export interface Patient {
  readonly config: Config;
  /** Of the running server; `undefined` where none runs, or says nothing. */
  readonly status: ServerStatus | undefined;
  /** One runs, and its status is not known. */
  readonly silence: ServerSilence | undefined;
  readonly certificates: CertificateListing | undefined;
  readonly advisor: Pick<DomainAdvisor, 'check'>;
  /** Others may be asked: the DNS, block lists, a server of time. */
  readonly mayAsk: boolean;
  readonly nowMs: () => number;
}

export interface ServerSilence {
  /** `server-unasked`: who looks may not ask. */
  readonly rule: 'server-silent' | 'server-unasked';
  readonly reason: string;
}

export interface Examined {
  readonly findings: readonly DoctorFinding[];
  /** Besides those that findings bear. */
  readonly repairs: readonly Repair[];
}

type Part = readonly [subject: string, examine: (patient: Patient) => Promise<Examined> | Examined];

const LOOPBACK = parseIpNetworks(['127.0.0.0/8', '::1/128']);

const DOMAINS_AT_ONCE = 4;

/** In the order in which they are read. */
const PARTS: readonly Part[] = [
  ['server', (patient) => only(examineServer(patient))],
  ['state', ({ config }) => only(examineVersion(config.state_directory))],
  ['homes', examineAllHomes],
  ['spool', ({ config }) => only(config.system_users ? examineSpool(config.mail_spool_directory) : [])],
  ['secrets', examineAllSecrets],
  ['disk', ({ config }) => only(examineDisks(config))],
  ['clock', examineTime],
  ['ports', (patient) => only(examinePorts(patient))],
  ['certificates', (patient) => only(examineCertificates(patient))],
  [
    'queue',
    ({ config, nowMs }) => only([examineQueue(config.state_directory, config.maximal_queue_lifetime, nowMs())]),
  ],
  ['journal', ({ config }) => only(examineJournal(config.state_directory))],
  ['databases', ({ config }) => only(examineDatabases(config.state_directory, config.journey_size_limit))],
  ['egress', async ({ config, mayAsk }) => only(mayAsk ? await examineEgress(config) : [])],
  ['domains', examineDomains],
];

/** Each part as soon as it is done. */
export async function* examine(patient: Patient, begin: (part: string) => void): AsyncGenerator<Examined> {
  for (const [subject, look] of PARTS) {
    begin(subject);
    try {
      yield await look(patient);
    } catch (error) {
      const reason = messageOf(error);
      yield only([found('not-examined', subject, { reason })]);
    }
  }
}

function only(findings: readonly DoctorFinding[]): Examined {
  return { findings, repairs: [] };
}

function ownUser({ config, status }: Patient) {
  return findOwnUser(config.state_directory, status?.pid);
}

function examineServer({ config, status, silence }: Patient): DoctorFinding[] {
  const state = config.state_directory;
  if (silence !== undefined) return [found(silence.rule, state, { reason: silence.reason })];
  if (status === undefined) return [found('server-stopped', state)];
  const { hostname, version, configuration } = status;
  const running = found('server-running', hostname, { version });
  const refusal = configuration.refusal;
  // The server's JSON has null where there is none.
  return refusal ? [running, found('server-refused-settings', '', { reason: refusal.text })] : [running];
}

function examineAllHomes(patient: Patient): HomesView {
  const { virtual_mailbox_base, virtual_mailbox_maps, directory } = patient.config;
  const paths = directory.flatMap((source) => (source.type === 'passwd-file' ? [source.path, source.shadow_path] : []));
  return examineHomes(virtual_mailbox_base, ownUser(patient), {
    mayBeMboxes: virtual_mailbox_maps.length > 0,
    accountFiles: new Set(paths.flatMap((path) => (path === undefined ? [] : basename(path)))),
  });
}

function examineAllSecrets(patient: Patient): Examined {
  const { state_directory: state, smtpd_tls_key_file: keyFile } = patient.config;
  const ofOthers = keyFile === undefined ? [] : examineKeyFile(keyFile);
  return only([...examineSecrets(state, ownUser(patient)), ...ofOthers]);
}

async function examineTime({ config, mayAsk, nowMs }: Patient): Promise<Examined> {
  const state = config.state_directory;
  const folders = [state, join(state, 'journal'), join(state, 'log')];
  return only([await examineClock({ folders, timeServer: config.doctor_time_server, mayAsk, nowMs })]);
}

/** Of a server that says nothing, nobody knows which of its ports it serves itself. */
function examinePorts({ config, status, silence }: Patient): DoctorFinding[] {
  if (silence !== undefined) return [];
  const wanted = config.listen.filter(({ port }) => port !== 0);
  return judgePorts({ wanted, served: status?.listeners, ownerOf: openPortOwners() });
}

function examineCertificates({ config, certificates, nowMs }: Patient): DoctorFinding[] {
  const isPrivate = config.listen.every(({ address }) => isInAnyNetwork(address, LOOPBACK));
  const common = { nowMs: nowMs(), isPrivate, hostname: config.myhostname };
  return certificates === undefined ? examineFiles(config, common) : examineListing(certificates, common);
}

async function examineDomains({ config, advisor, mayAsk }: Patient): Promise<Examined> {
  if (!mayAsk) return only([]);
  const names = [...config.virtual_mailbox_domains, ...config.virtual_alias_domains].filter(
    (name) => !isTableName(name),
  );
  const domains = [...new Set([...hostedDomains(config), ...names])].sort();
  const findings: DoctorFinding[] = [];
  // Each has a hundred questions of its own.
  for (let at = 0; at < domains.length; at += DOMAINS_AT_ONCE) {
    const some = domains.slice(at, at + DOMAINS_AT_ONCE);
    findings.push(...(await Promise.all(some.map((domain) => examineDomain(domain, advisor)))));
  }
  return only(findings);
}

function hostedDomains({ state_directory: state }: Config): string[] {
  using database = openReadOnly(join(state, 'directory.db'));
  return database
    .prepare('SELECT name FROM domains WHERE disabled = 0 ORDER BY name')
    .all()
    .map(({ name }) => String(name));
}
