// A lab as people start it: servers, their name server, and the words about them.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { parseLab } from '#platform/config/load-lab.ts';
import { openResolver } from '#platform/dns/resolver.ts';
import { lookUpInZones } from '#platform/dns/zone-lookup.ts';
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
    return lab.ok ? 'it was taken' : lab.error.map(({ line, key, message }) => `${line} ${key} ${message}`).join('; ');
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

test('[C6] a lab runs: its servers take mail, its name server answers, and Ctrl-C ends all of it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-lab-test-'));
  const { text, network } = ownLab();
  const file = join(folder, 'lab.toml');
  writeFileSync(file, text);
  const child = spawn(VALIJA, ['lab', file, '--folder', join(folder, 'state'), '--exit-after', '60'], {
    env: ENVIRONMENT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const said: string[] = [];
    const lines = createInterface({ input: child.stdout });
    for await (const line of lines) {
      said.push(line);
      if (line.includes('Ctrl-C ends the lab')) break;
    }
    const words = said.join('\n');
    assert.match(words, /The lab is ready: 3 servers, each with smtp 2025, submission 2587, imaps 2993/);
    assert.match(words, new RegExp(`mail\\.beta\\.test +${network}\\.2 +beta\\.test +usuario1@beta\\.test`));
    assert.match(words, /niebla\.test \(servfail\)/);
    await using resolver = openResolver(
      { servers: [{ address: `${network}.53`, port: 2053 }], hostsFile: '/dev/null' },
      { clock: steadyClock, randomness: systemRandomness },
    );
    const mx = await resolver.resolve('beta.test', 'MX');
    assert.deepEqual(mx.kind === 'found' && mx.records, [{ preference: 10, exchange: 'mail.beta.test' }]);
    assert.deepEqual(await resolver.resolve('niebla.test', 'MX'), { kind: 'failed', reason: 'servfail' });
    const client = connect(2025, `${network}.2`);
    assert.match(String(await once(client, 'data')), /^220 mail\.beta\.test/);
    client.destroy();
    child.kill('SIGINT');
    const [code] = await once(child, 'exit');
    assert.equal(code, 0);
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
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
