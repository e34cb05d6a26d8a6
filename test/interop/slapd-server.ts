// Debian's slapd with a small directory of people: who may read passwords is `cn=reader`, everybody else only tries their own.

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../world/free-port.ts';
import { makeFolder, type ServerProgram, startProgram } from './server-program.ts';

export const BASE = 'dc=example,dc=org';
export const READER = { dn: `cn=reader,${BASE}`, password: 'lectora' };
const SCHEMAS = ['core', 'cosine', 'nis', 'inetorgperson', 'misc'];

export interface SlapdServer extends ServerProgram {
  readonly uri: string;
  readonly secureUri: string;
  /** Whose certificate it has. */
  readonly caFile: string;
  /** As `ldapmodify` reads it. */
  change(ldif: string): void;
}

export interface Person {
  readonly uid: string;
  readonly name: string;
  readonly mail: string;
  readonly password: string;
  /** Further lines of LDIF. */
  readonly more?: readonly string[];
}

export async function startSlapd(people: readonly Person[], more = ''): Promise<SlapdServer> {
  const folder = makeFolder('slapd');
  const [port, securePort] = [await freePort(), await freePort()];
  makeCertificate(folder);
  const config = join(folder, 'slapd.conf');
  mkdirSync(join(folder, 'db'));
  writeFileSync(config, settings(folder));
  const ldif = join(folder, 'people.ldif');
  writeFileSync(ldif, [...BRANCHES, ...people.map(entryOf), more].join('\n\n'));
  const added = spawnSync('/usr/sbin/slapadd', ['-f', config, '-l', ldif], { encoding: 'utf8' });
  if (added.status !== 0) throw new Error(`slapadd: ${added.stderr}`);
  const uri = `ldap://localhost:${port}`;
  const secureUri = `ldaps://localhost:${securePort}`;
  const args = ['-d', '0', '-f', config, '-h', `ldap://127.0.0.1:${port} ldaps://127.0.0.1:${securePort}`];
  const program = await startProgram(folder, { file: '/usr/sbin/slapd', args, port });
  return {
    ...program,
    uri,
    secureUri,
    caFile: join(folder, 'cert.pem'),
    change(changes) {
      const as = ['-x', '-H', `ldap://127.0.0.1:${port}`, '-D', `cn=admin,${BASE}`, '-w', 'admin'];
      const changed = spawnSync('/usr/bin/ldapmodify', as, { input: changes, encoding: 'utf8' });
      if (changed.status !== 0) throw new Error(`ldapmodify: ${changed.stderr}`);
    },
  };
}

export function dnOf(uid: string): string {
  return `uid=${uid},ou=people,${BASE}`;
}

const BRANCHES = [
  `dn: ${BASE}\nobjectClass: dcObject\nobjectClass: organization\no: example`,
  `dn: ou=people,${BASE}\nobjectClass: organizationalUnit\nou: people`,
  `dn: ou=aliases,${BASE}\nobjectClass: organizationalUnit\nou: aliases`,
  `dn: ${READER.dn}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: reader\nuserPassword: ${READER.password}`,
];

function entryOf({ uid, name, mail, password, more = [] }: Person): string {
  const lines = [
    `dn: ${dnOf(uid)}`,
    'objectClass: inetOrgPerson',
    'objectClass: inetLocalMailRecipient',
    `uid: ${uid}`,
    `cn: ${name}`,
    `sn: ${name}`,
    `mail: ${mail}`,
    `userPassword: ${password}`,
  ];
  return [...lines, ...more].join('\n');
}

function settings(folder: string): string {
  const lines = [
    ...SCHEMAS.map((name) => `include /etc/ldap/schema/${name}.schema`),
    'modulepath /usr/lib/ldap',
    'moduleload back_mdb',
    `pidfile ${folder}/slapd.pid`,
    `TLSCertificateFile ${folder}/cert.pem`,
    `TLSCertificateKeyFile ${folder}/key.pem`,
    'database mdb',
    `suffix ${BASE}`,
    `rootdn cn=admin,${BASE}`,
    'rootpw admin',
    `directory ${folder}/db`,
    'index objectClass,mail,uid,mailLocalAddress eq',
    `access to attrs=userPassword by dn="${READER.dn}" read by anonymous auth by * none`,
    'access to * by * read',
  ];
  return `${lines.join('\n')}\n`;
}

function makeCertificate(folder: string): void {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  spawnSync('openssl', ['req', '-x509', ...curve, '-nodes', ...files, '-days', '30', ...names]);
}
