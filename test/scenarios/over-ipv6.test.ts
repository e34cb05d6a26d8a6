// Mail over IPv6: in, out, judged by `ip6` of SPF; back to IPv4 where a server refuses IPv6; and none of it where the settings
// leave IPv6 out.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { openDns, type TestDns } from '../world/dns.ts';
import { readMailbox } from '../world/mail-reader.ts';
import { type MailSink, openSink } from '../world/mail-sink.ts';
import { listProc, readProcLink } from '../world/proc-files.ts';
import { ONLY_STRANGERS, PASSWORD, type RunningServer, startServer, USER1 } from '../world/running-server.ts';
import { openSmtpAt, submit } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';

const LOGIN = { address: USER1, password: PASSWORD };
const BY_SIX = '[[listen]]\nservice = "smtp"\naddress = "::1"\nport = 0\n';
const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

describe('[C9] over IPv6', { skip: !hasIpv6 && 'this machine has no IPv6' }, () => {
  let dns: TestDns;
  let six: MailSink;
  let four: MailSink;
  let settings: string;

  before(async () => {
    six = await openSink({ address: '::1' });
    four = await openSink({ address: '127.0.0.5', port: six.port });
    dns = await openDns({
      zones: {
        'seis.example': '@ MX 10 mx\nmx AAAA ::1\n@ TXT "v=spf1 ip6:::1 -all"',
        // At the address of IPv6 nobody listens.
        'ambos.example': '@ MX 10 mx\nmx AAAA 100::1\nmx A 127.0.0.5',
      },
    });
    settings = [
      `resolver_addresses = ["127.0.0.1:${dns.server.port}"]`,
      'smtp_allow_loopback = true',
      `smtp_tcp_port = ${six.port}`,
      'smtp_connect_timeout = "2s"',
      ONLY_STRANGERS,
    ].join('\n');
  });
  after(async () => {
    for (const each of [six, four, dns]) await each?.[Symbol.asyncDispose]();
  });

  function portOf(server: RunningServer, address: string): number {
    return Number(new RegExp(`listening on ${address} port (\\d+): smtp$`, 'm').exec(server.log())?.[1]);
  }

  test('mail comes in from ::1, and SPF names that address', async () => {
    await using server = await startServer({ settings: `${settings}\n${BY_SIX}` });
    using talk = await openSmtpAt(portOf(server, '::1'), '::1', '::1');
    await talk.say('EHLO mx.seis.example');
    const letter = `From: ana@seis.example\r\nTo: ${USER1}\r\nSubject: seis\r\n\r\nhola\r\n`;
    assert.match(await talk.bring('ana@seis.example', [USER1], letter), /^250 /);
    assert.equal(listensBySix(server.pid), true);
    const text = await until('the letter', async () => (await readMailbox(server, LOGIN)).messages[0]?.text);
    assert.match(text, /^Received: from mx\.seis\.example \(\S+ \[IPv6:::1\]\)/m);
    assert.match(text, /^\tspf=pass smtp\.mailfrom=ana@seis\.example;/m);
  });

  test('mail goes out to an address of IPv6, and to one of IPv4 where IPv6 is refused', async () => {
    await using server = await startServer({ settings });
    for (const to of ['bo@seis.example', 'bo@ambos.example']) {
      const letter = `From: ${USER1}\r\nTo: ${to}\r\nSubject: hola\r\n\r\nhola\r\n`;
      await submit(server, LOGIN, [to], letter);
    }
    await until('the letter by IPv6', () =>
      six.messages.some(({ recipients }) => recipients.includes('bo@seis.example')),
    );
    await until('the letter by IPv4', () =>
      four.messages.some(({ recipients }) => recipients.includes('bo@ambos.example')),
    );
  });

  test('inet_protocols = ["ipv4"] closes every socket of IPv6, and nothing goes out by it', async () => {
    await using server = await startServer({ settings: `inet_protocols = ["ipv4"]\n${settings}` });
    assert.equal(listensBySix(server.pid), false);
    assert.equal(listensBySix(server.supervisorPid), false);
    await submit(server, LOGIN, ['bo@seis.example'], `From: ${USER1}\r\nSubject: no\r\n\r\nhola\r\n`);
    await until('the log', () => /to=<bo@seis\.example>.* dsn=\d\.4\.4/.test(server.log()));
  });
});

/** One that the process has open is in the table of those that listen. */
function listensBySix(pid: number): boolean {
  const lines = readFileSync(`/proc/${pid}/net/tcp6`, 'utf8').trim().split('\n').slice(1);
  const listening = lines.map((line) => line.trim().split(/\s+/)).filter(([, , , state]) => state === '0A');
  const inodes = new Set(listening.map((fields) => `socket:[${fields[9]}]`));
  return listProc(`/proc/${pid}/fd`).some((number) => inodes.has(readProcLink(`/proc/${pid}/fd/${number}`)));
}
