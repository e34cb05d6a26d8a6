// OpenDKIM's verifier on what we sign, with the records that `valija dkim show` prints for a zone file. It asks the name
// server of /etc/resolv.conf, at port 53: each run has a network and a resolv.conf of its own, which only root can make.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatZoneLine } from '#protocols/dkim/key-record.ts';
import { parseHeaderFields } from '#protocols/message/header-fields.ts';
import { acceptanceHouse, send, sessionAt } from '../world/acceptance-house.ts';
import { memorySigner, type TestKey, testKey } from '../world/dkim.ts';
import { FUZZ_SEED } from '../world/generated-inputs.ts';
import { generatedMessage, signWith } from '../world/generated-messages.ts';
import { findProgram, runProgram } from './real-program.ts';

const VERIFIER = findProgram('opendkim-testmsg');
const NAME_SERVER = join(import.meta.dirname, '../world/name-server-process.ts');
const SKIP =
  VERIFIER === undefined
    ? 'opendkim-testmsg is not installed'
    : process.getuid?.() !== 0 && 'a network of its own for opendkim-testmsg can be made by root only';

/** $1 the folder, $2 Node, $3 the name server, $4 the verifier. */
const IN_OWN_NETWORK = `
ip link set lo up
mount --bind "$1/resolv.conf" /etc/resolv.conf
"$2" "$3" "$1/records" "$1/ready" &
for i in $(seq 300); do [ -e "$1/ready" ] && break; sleep 0.1; done
code=0
for message in "$1"/message-*; do "$4" < "$message" || { code=$?; echo "$message"; }; done
kill $!
exit $code
`;

interface Verification {
  readonly code: number;
  /** Of each message that it finds wrong: why, and the file's name. */
  readonly said: string;
}

async function verify(messages: readonly Buffer[], keys: readonly TestKey[]): Promise<Verification> {
  const folder = mkdtempSync(join(tmpdir(), 'valija-opendkim-'));
  try {
    writeFileSync(join(folder, 'resolv.conf'), 'nameserver 127.0.0.1\n');
    writeFileSync(join(folder, 'records'), `${keys.map(formatZoneLine).join('\n')}\n`);
    for (const [at, message] of messages.entries()) writeFileSync(join(folder, `message-${at}`), message);
    const words = [folder, process.execPath, NAME_SERVER, VERIFIER ?? ''];
    const run = await runProgram('unshare', ['--net', '--mount', 'sh', '-c', IN_OWN_NETWORK, 'sh', ...words]);
    return { code: run.code, said: `${run.output}${run.errors}` };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function signedMessage(keys: readonly TestKey[]): Promise<Buffer> {
  const settings = {
    dkim_internal_hosts: [],
    dkim_sign_subdomains: true,
    dkim_signature_ttl: 0,
    dkim_on_failure: 'defer',
    dkim_skip_milter_signed: true,
  } as const;
  const house = acceptanceHouse({ signing: { signer: memorySigner({ 'valija.test': keys }), settings } });
  const text = [
    'From: Usuario Uno <usuario1@valija.test>',
    'To: ana@example.org,',
    '\tluis@example.org',
    'Subject:  dos   blancos ',
    'MIME-Version: 1.0',
    '',
    'Hola \t Ana  ',
    ' ',
    '',
    '',
  ];
  await send(house, {
    session: sessionAt('submission', 'usuario1@valija.test'),
    from: 'usuario1@valija.test',
    to: ['ana@example.org'],
    text: text.join('\r\n'),
  });
  const { content } = house.entries[0]!;
  return Buffer.concat([house.queued[0]!.prefix, await content.read(0, content.sizeBytes)]);
}

const RSA = testKey('valija.test', '202611', 'rsa-sha256');
const ED25519 = testKey('valija.test', '202611-ed25519', 'ed25519-sha256');

/** Each is a run of the program. */
const GENERATED = 100;

test('[C23] opendkim-testmsg finds our signatures good', { skip: SKIP }, async () => {
  for (const keys of [[RSA], [RSA, ED25519]]) {
    const { code, said } = await verify([await signedMessage(keys)], keys);
    assert.equal(code, 0, said);
    assert.equal(said, '');
  }
});

test('[C23] opendkim-testmsg finds a changed message', { skip: SKIP }, async () => {
  const message = (await signedMessage([RSA])).toString('latin1');
  for (const changed of [message.replace('Ana  ', 'Eva  '), message.replace('dos   blancos', 'tres blancos')]) {
    const { code, said } = await verify([Buffer.from(changed, 'latin1')], [RSA]);
    assert.notEqual(code, 0);
    assert.match(said, /bad signature/i);
  }
});

test('[C23] opendkim-testmsg finds the signatures of generated messages good', { skip: SKIP }, async () => {
  const messages = fc.sample(generatedMessage, { numRuns: GENERATED, seed: FUZZ_SEED });
  const { code, said } = await verify(
    messages.map((message) => signWith([RSA], asMailed(message))),
    [RSA],
  );
  assert.equal(code, 0, said);
});

/**
 * OpenDKIM looks at no message without Date, or with two fields of one name that RFC 5322 §3.6 wants once; and its test program
 * takes a body for one that came by SMTP, where the last line has its end.
 */
function asMailed(message: Buffer): Buffer {
  const { octets, fields, bodyStart } = parseHeaderFields(message);
  const seen = new Set<string>();
  const kept = fields.filter(({ name }) => {
    const key = name.toLowerCase();
    const isFirst = !seen.has(key);
    seen.add(key);
    return isFirst || key === 'x-other' || key === 'list-id';
  });
  const date = seen.has('date') ? [] : [Buffer.from('Date: Sun, 22 Nov 2026 10:00:00 +0000\r\n')];
  const header = kept.map(({ range }) => octets.subarray(range.start, range.end));
  return Buffer.concat([...date, ...header, Buffer.from('\r\n'), message.subarray(bodyStart), Buffer.from('\r\n')]);
}
