// A lab as people start it: servers, their name server, and the words about them.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { createTransport } from 'nodemailer';
import { parseLab } from '#platform/config/load-lab.ts';
import { describeWrong } from '#platform/config/toml-text.ts';
import { openResolver } from '#platform/dns/resolver.ts';
import { lookUpInZones } from '#platform/dns/zone-lookup.ts';
import { openZoneServer } from '#platform/dns/zone-server.ts';
import { steadyClock } from '#platform/machine/clock.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { labZones } from './lab/lab-zones.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const VALIJA = join(ROOT, 'bin/valija');
const ENVIRONMENT = { PATH: process.env['PATH'], LANG: 'C' };

/** The documented lab, on addresses that no other lab has. */
function ownLab(): { text: string; network: string } {
  const network = `127.${26 + (process.pid % 200)}.${(process.pid >> 8) % 250}`;
  return { text: readFileSync(join(ROOT, 'docs/lab.toml'), 'utf8').replaceAll('127.25.0', network), network };
}

function zonesOf(text: string) {
  const lab = parseLab(text, 'lab.toml');
  assert.ok(lab.ok, JSON.stringify(lab));
  const zones = labZones(lab.value);
  assert.ok(zones.ok, JSON.stringify(zones));
  return zones.value;
}

test('[C11] the zones of the documented lab: made, written, and nothing beside them', () => {
  const zones = zonesOf(readFileSync(join(ROOT, 'docs/lab.toml'), 'utf8'));
  const data = (name: string, type: string) => {
    const { kind, answers } = lookUpInZones(zones, name, type);
    return kind === 'found' ? answers.at(-1)?.data : kind;
  };
  assert.deepEqual(data('alfa.test', 'MX'), { preference: 10, exchange: 'mail.alfa.test' });
  assert.equal(data('mail.alfa.test', 'A'), '127.25.0.1');
  assert.equal(data('1.0.25.127.in-addr.arpa', 'PTR'), 'mail.alfa.test');
  assert.equal(data('alumno.escuela.test', 'A'), '127.25.0.3');
  assert.deepEqual(data('nulo.test', 'MX'), { preference: 0, exchange: '.' });
  assert.equal(data('example.org', 'MX'), 'no-such-name');
  assert.equal(data('alfa.test', 'A'), 'no-data');
});

test('a server whose name lies in no domain of the lab is found all the same', () => {
  const zones = zonesOf('[[server]]\nmyhostname = "relay.test"\naddress = "127.25.0.9"\n');
  assert.equal(lookUpInZones(zones, 'relay.test', 'A').answers[0]?.data, '127.25.0.9');
});

test('what is wrong with a lab is said with line and key', () => {
  const complaint = (text: string) => {
    const lab = parseLab(text, 'lab.toml');
    return lab.ok
      ? 'it was taken'
      : lab.error.map(({ line, key, wrong }) => `${line} ${key} ${describeWrong(wrong, 'en')}`).join('; ');
  };
  assert.match(
    complaint('[[server]]\nmyhostname = "a.test"\naddress = "192.0.2.1"\n'),
    /^3 server\.0\.address .*stays/,
  );
  assert.match(complaint('[[server]]\nmyhostname = "a.test"\naddress = "127.0.0.1"\n'), /127\.0\.0\.0\/8/);
  assert.match(complaint('pasword = "x"\n[[server]]\n'), /1 pasword there is no such setting/);
  assert.match(complaint('[[server]\n'), /1 undefined this is not TOML/);
  const twice = '[[server]]\nmyhostname = "a.test"\naddress = "127.25.0.1"\n';
  assert.match(complaint(twice + twice.replace('a.test', 'b.test')), /127\.25\.0\.1 has a server already/);
});

test('[C6] [C11] [C29] a lab runs: mail finds its way by its DNS, what cannot be delivered says why, and Ctrl-C ends all of it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-lab-test-'));
  const { text, network } = ownLab();
  const file = join(folder, 'lab.toml');
  writeFileSync(file, text);
  const child = spawn(VALIJA, ['lab', file, '--folder', join(folder, 'state'), '--exit-after', '120'], {
    env: ENVIRONMENT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: string[] = [];
  const lines = createInterface({ input: child.stdout }).on('line', (line) => said.push(line));
  /** Waits for the line; the test's own time limit is the end of it. */
  const hear = async (pattern: RegExp) => {
    while (!said.some((line) => pattern.test(line))) await once(lines, 'line', { signal: AbortSignal.timeout(60_000) });
  };
  try {
    await hear(/Ctrl-C ends the lab/);
    const words = said.join('\n');
    assert.match(words, /The lab is ready: 4 servers, each with smtp 2025, submission 2587, imaps 2993/);
    assert.match(words, new RegExp(`mail\\.beta\\.test +${network}\\.2 +beta\\.test +usuario1@beta\\.test`));
    assert.match(words, /niebla\.test \(servfail\)/);
    const becomes = {
      'usuario1@beta.test': /relay=mail\.beta\.test\[.*\.2\]:2025, .*dsn=2\.0\.0, status=sent/,
      'profesora@escuela.test': /relay=macaco\.escuela\.test\[.*\.3\]:2025, .*dsn=2\.0\.0, status=sent/,
      'jose@alumno.escuela.test': /relay=alumno\.escuela\.test\[.*\.3\]:2025, .*dsn=2\.0\.0, status=sent/,
      'nadie@beta.test': /dsn=5\.1\.1, status=bounced/,
      'nadie@nulo.test': /dsn=5\.1\.10, status=bounced \(Domain nulo\.test does not accept mail \(nullMX\)\)/,
      'nadie@no-existe.test': /dsn=5\.1\.2, status=bounced \(Host or domain name not found/,
      'nadie@niebla.test': /dsn=4\.4\.3, status=deferred \(Host or domain name not found/,
      'nadie@cojo.test': /relay=mail\.beta\.test\[.*\.2\]:2025, .*dsn=5\.7\.1, status=bounced/,
    };
    const alfa = createTransport({
      host: `${network}.1`,
      port: 2587,
      requireTLS: true,
      tls: { rejectUnauthorized: false },
      auth: { user: 'usuario1@alfa.test', pass: 'mensajeria' },
    });
    for (const to of Object.keys(becomes)) {
      await alfa.sendMail({ from: 'usuario1@alfa.test', to, subject: 'hola', text: 'hola' });
    }
    for (const [to, fate] of Object.entries(becomes)) {
      await hear(new RegExp(`mail\\.alfa\\.test .*to=<${to.replaceAll('.', '\\.')}>, .*${fate.source}`));
    }
    // The school takes what its wildcard brings, and hands it to the pupil's own server.
    await hear(/macaco\.escuela\.test .*to=<jose@.*relay=nodo\.alumno\.test\[.*\.4\]:2025, .*status=sent/);
    // Four bounces: nothing of what failed is lost.
    const bounced = () => said.filter((line) => /to=<usuario1@alfa\.test>, relay=virtual,.*status=sent/.test(line));
    while (bounced().length < 4) await once(lines, 'line', { signal: AbortSignal.timeout(60_000) });
    child.kill('SIGINT');
    const [code] = await once(child, 'exit');
    assert.equal(code, 0);
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the name server of a lab can be asked by whoever likes to', async () => {
  const lab = parseLab(readFileSync(join(ROOT, 'docs/lab.toml'), 'utf8'), 'lab.toml');
  assert.ok(lab.ok);
  const zones = labZones(lab.value);
  assert.ok(zones.ok);
  await using server = await openZoneServer({
    address: '127.0.0.1',
    port: 0,
    zones: zones.value,
    faults: { 'niebla.test': 'servfail' },
  });
  await using resolver = openResolver(
    { servers: [server], hostsFile: '/dev/null' },
    { clock: steadyClock, randomness: systemRandomness },
  );
  const mx = await resolver.resolve('cojo.test', 'MX');
  assert.deepEqual(mx.kind === 'found' && mx.records.map(({ exchange }) => exchange), [
    'caido.cojo.test',
    'mail.beta.test',
  ]);
  assert.deepEqual(await resolver.resolve('niebla.test', 'MX'), { kind: 'failed', reason: 'servfail' });
});

test('a lab that cannot start says why, and leaves nothing behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-lab-test-'));
  const file = join(folder, 'lab.toml');
  const { network } = ownLab();
  const server = `[[server]]\nmyhostname = "a.test"\naddress = "${network}.1"\n`;
  const run = (text: string) => {
    writeFileSync(file, text);
    return new Promise<{ code: unknown; errors: string }>((settle) => {
      execFile(VALIJA, ['lab', file, '--exit-after', '0'], { env: ENVIRONMENT }, (error, _, errors) =>
        settle({ code: error === null ? 0 : error.code, errors }),
      );
    });
  };
  try {
    const fault = await run(`${server}[dns.faults]\n"b.test" = "broken"\n`);
    assert.equal(fault.code, 78);
    assert.match(fault.errors, /dns\.faults: b\.test: broken\? servfail, timeout,/);
    const zone = await run(`${server}[[zone]]\norigin = "b.test"\nrecords = "@ MX mail"\n`);
    assert.match(zone.errors, /zone b\.test, line 1: MX: the preference is a number/);
    const account = await run(server.replace('[[server]]', '[[server]]\naccounts = ["x@elsewhere.test"]'));
    assert.equal(account.code, 65);
    assert.match(account.errors, /elsewhere\.test/);
    const settings = await run(server.replace('[[server]]', '[[server]]\nsettings = { maillog_levle = "info" }'));
    assert.equal(settings.code, 78);
    assert.match(settings.errors, /maillog_levle.*did you mean maillog_level/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
