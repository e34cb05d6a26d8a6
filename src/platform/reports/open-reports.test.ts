import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import type { AuthenticationFacts } from '#mail/policy/authentication.ts';
import type { Verdict } from '#mail/policy/verdict.ts';
import type { DecidedMessage } from '#mail/ports/message-reports.ts';
import type { OwnMessage } from '#mail/ports/own-mail.ts';
import type { AuthenticationFindings } from '#mail/ports/sender-authentication.ts';
import type { Signer } from '#mail/ports/signer.ts';
import { memoryContent } from '../../../test/world/content.ts';
import { type GivenDns, openDns } from '../../../test/world/dns.ts';
import { collectingLog } from '../../../test/world/log.ts';
import { seededRandomness } from '../../../test/world/randomness.ts';
import { googleReport, reportMail } from '../../../test/world/report-mail.ts';
import { until } from '../../../test/world/until.ts';
import { VirtualTime } from '../../../test/world/virtual-time.ts';
import { type ReportSettings, Reports } from './open-reports.ts';
import { DEFAULT_READING_LIMITS, readReport } from './read-report.ts';

const HOUR_MS = 3_600_000;

const SETTINGS: ReportSettings = {
  mydomain: 'valija.test',
  dmarc_send_reports: 'auto',
  dmarc_report_delay: 4 * HOUR_MS,
  dmarc_report_row_limit: 100,
  report_recipients: ['dmarc@'],
  report_message_size_limit: 1_000_000,
  report_unpacked_limit: 26_214_400,
  report_daily_limit: 100,
  report_lifetime: 400 * 24 * HOUR_MS,
  report_size_limit: 10_000_000,
  dkim_sign: true,
  dkim_sign_subdomains: true,
};

const KEY = { domain: 'valija.test', selector: 's', algorithm: 'rsa-sha256' } as const;

interface HouseOptions {
  readonly settings?: Partial<ReportSettings>;
  readonly dns?: GivenDns;
  readonly hasKey?: boolean;
  readonly rua?: string;
}

async function openHouse({
  settings = {},
  dns: given,
  hasKey = true,
  rua = 'mailto:dmarc@example.org',
}: HouseOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'valija-reports-'));
  const time = new VirtualTime(Date.UTC(2026, 10, 21, 10));
  const log = collectingLog();
  const dns = await openDns(given ?? { zones: {} });
  const signer: Pick<Signer, 'keysFor'> = {
    keysFor: async (domain) => (hasKey && domain === 'valija.test' ? [KEY] : []),
  };
  const world = {
    file: join(folder, 'reports.db'),
    clock: time,
    alarm: time,
    randomness: seededRandomness(),
    log,
    signer,
  };
  const reports = new Reports(world, { ...SETTINGS, ...settings });
  const posted: OwnMessage[] = [];
  const failures: WorldError[] = [];
  const ownMail = {
    async post(message: OwnMessage) {
      const failure = failures.shift();
      if (failure) throw failure;
      posted.push(message);
      return `Q${posted.length}`;
    },
  };
  const admin = reports.begin({ ownMail, dns: dns.resolver, generator: 'Valija 0.0' });
  const note = (message: Partial<DecidedMessage> = {}) => reports.messages.note({ ...decided(rua), ...message });
  return {
    ...{ time, log, posted, failures, admin, note, reports },
    async [Symbol.asyncDispose]() {
      await reports[Symbol.asyncDispose]();
      await dns[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

function findingsOf(rua: string, domain: string): AuthenticationFindings {
  return {
    spf: {
      ...{ result: 'softfail', identity: 'mailfrom', domain, mechanism: '~all', explanation: undefined },
      ...{ reason: undefined, lookups: 1, voidLookups: 0 },
    },
    dkim: [],
    unverifiedSignatures: 0,
    dmarc: {
      ...{ result: 'fail', domain, policyDomain: domain, policy: 'none', reason: undefined },
      ...{ record: `v=DMARC1; p=none; rua=${rua}`, alignedSpf: undefined, alignedDkim: undefined },
    },
    arc: { result: 'none', sets: [], reason: undefined },
    answers: [],
  };
}

const VERDICT: Verdict = {
  outcome: 'permit',
  rule: 'permit',
  reply: { code: 250, enhanced: '2.0.0', lines: ['queued'] },
};

function decided(rua: string, domain = 'example.org'): DecidedMessage {
  const origin: AuthenticationFacts = {
    ...{ queueId: 'IN', clientAddress: '192.0.2.66', findings: findingsOf(rua, domain) },
    policy: {
      ...{ spf_fail_action: 'accept', dmarc_policy_enforcement: true, authentication_temporary_error: 'accept' },
      trusted_arc_sealers: [],
    },
  };
  const recipients = [{ localPart: 'usuario1', domain: 'valija.test' }];
  const content = memoryContent(Buffer.from('Subject: hola\r\n\r\nhola\r\n'));
  return { queueId: 'IN', recipients, subject: 'hola', content, verdict: VERDICT, origin, isOwn: false };
}

/** What a minute of real time would bring about: threads answer when they answer. */
async function passUntil(house: { time: VirtualTime }, what: string, isThere: () => boolean): Promise<void> {
  await until(what, async () => {
    await house.time.pass(300_000);
    return isThere();
  });
}

test('[C25] after midnight, at a time of its own, a domain gets the report that its record asks for', async () => {
  await using house = await openHouse();
  for (let count = 0; count < 3; count++) await house.note();
  await house.time.pass(13 * HOUR_MS);
  assert.equal(house.posted.length, 0);
  await passUntil(house, 'a report', () => house.posted.length > 0);
  const [message] = house.posted;
  assert.ok(message);
  assert.deepEqual([message.sender, message.recipient], ['', 'dmarc@example.org']);
  const text = message.octets.toString();
  assert.match(
    text,
    /^Subject: Report Domain: example\.org\r\n Submitter: valija\.test\r\n Report-ID: <[0-9a-f]{24}@valija\.test>\r\n/m,
  );
  assert.match(text, /^From: <postmaster@valija\.test>\r$/m);
  assert.match(text, /^ filename="valija\.test!example\.org!1795219200!1795305599![0-9a-f]{24}\.xml\.gz"\r$/m);
  assert.match(text, /^Auto-Submitted: auto-generated\r$/m);
  const read = readReport(message.octets, DEFAULT_READING_LIMITS);
  assert.ok(read.ok && read.value.kind === 'aggregate');
  const { report } = read.value;
  assert.deepEqual(
    [report.organisation, report.email, report.policy.p],
    ['valija.test', 'postmaster@valija.test', 'none'],
  );
  assert.deepEqual(
    report.rows.map(({ sourceAddress, count, spf, spfResults }) => [sourceAddress, count, spf, spfResults]),
    [['192.0.2.66', 3, 'fail', [{ domain: 'example.org', result: 'softfail' }]]],
  );
  const [sent] = await house.admin.listSent({ sinceMs: 0, limit: 10 });
  assert.deepEqual([sent?.outcome, sent?.messages, sent?.queueId], ['sent', 3, 'Q1']);
  assert.ok((sent?.atMs ?? 0) < Date.UTC(2026, 10, 22, 5));
});

test('[C25] without a key that signs them, reports are not sent, unless the settings say so', async () => {
  for (const [settings, hasKey, isSent] of [
    [{}, false, false],
    [{ dmarc_send_reports: 'no' }, true, false],
    [{ dkim_sign: false }, true, false],
    [{ dmarc_report_from: 'informes@correo.valija.test' }, true, true],
    [{ dmarc_send_reports: 'yes' }, false, true],
  ] as const) {
    await using house = await openHouse({ settings, hasKey });
    await house.note();
    await house.time.pass(30 * HOUR_MS);
    if (isSent) await passUntil(house, 'a report', () => house.posted.length > 0);
    else assert.equal(house.posted.length, 0, JSON.stringify(settings));
  }
});

test('[C25] a report larger than the address takes is not sent there; others get theirs', async () => {
  await using house = await openHouse({ rua: 'mailto:poco@example.org!1k,mailto:todo@example.org!1m' });
  await house.note();
  const { sent } = await house.admin.sendNow(true);
  assert.deepEqual(
    sent.map(({ recipient, outcome }) => [recipient, outcome]),
    [
      ['poco@example.org', 'too-large'],
      ['todo@example.org', 'sent'],
    ],
  );
  assert.equal(house.posted.length, 1);
});

test('[C25] what cannot be sent now is tried again; a silent DNS is waited for', async () => {
  await using house = await openHouse();
  await house.note();
  await house.time.pass(20 * HOUR_MS);
  house.failures.push(new WorldError('journal', { transient: true }));
  assert.deepEqual(
    (await house.admin.sendNow(false)).sent.map(({ outcome }) => outcome),
    ['waiting'],
  );
  assert.match(house.log.text(), /report about example\.org: .*journal/);
  const [again] = (await house.admin.sendNow(false)).sent;
  assert.equal(again?.outcome, 'sent');
  await using silent = await openHouse({
    rua: 'mailto:a@mudo.test',
    dns: { zones: {}, faults: { '_dmarc.mudo.test': 'servfail' } },
  });
  await silent.note();
  assert.equal((await silent.admin.sendNow(true)).sent[0]?.outcome, 'waiting');
  assert.equal(silent.posted.length, 0);
});

test('[C25] a report that must wait holds up no other of the same day', async () => {
  await using house = await openHouse();
  for (const domain of ['example.org', 'example.net', 'example.com']) {
    await house.note(decided(`mailto:dmarc@${domain}`, domain));
  }
  house.failures.push(new WorldError('journal', { transient: true }));
  const send = async () => (await house.admin.sendNow(true)).sent.map(({ outcome }) => outcome).sort();
  assert.deepEqual(await send(), ['sent', 'sent', 'waiting']);
  assert.deepEqual(await send(), ['sent']);
  assert.deepEqual(await send(), []);
});

test('[C25] [T30] a report that comes to its address is read and not reported about; mail of people is', async () => {
  await using house = await openHouse();
  const recipients = [{ localPart: 'DMARC', domain: 'valija.test' }];
  const octets = googleReport();
  await house.note({
    recipients,
    subject: 'Report domain: valija.test',
    content: memoryContent(octets),
    queueId: 'IN1',
  });
  await until('the report', async () => (await house.admin.list({ sinceMs: 0, limit: 10 })).length === 1);
  assert.deepEqual((await house.admin.sendNow(true)).sent, []);
  const [listed] = await house.admin.list({ sinceMs: 0, limit: 10 });
  assert.deepEqual([listed?.isVerified, listed?.author, listed?.queueId], [false, 'example.org', 'IN1']);
  await house.note({ recipients, subject: 'hola' });
  assert.equal((await house.admin.sendNow(true)).sent.length, 1);
});

test('[T31] what is too large, or no report at all, stays in the mailbox', async () => {
  await using house = await openHouse({ settings: { report_message_size_limit: 1_000 } });
  const recipients = [{ localPart: 'dmarc', domain: 'valija.test' }];
  const large = reportMail({ type: 'application/gzip', fileName: 'a.xml.gz', octets: Buffer.alloc(2_000) });
  await house.note({ recipients, content: memoryContent(large), queueId: 'BIG' });
  await house.note({ recipients, queueId: 'PEOPLE' });
  await until('a complaint', async () => /BIG: a report was not read: it is too large/.test(house.log.text()));
  assert.deepEqual(await house.admin.list({ sinceMs: 0, limit: 10 }), []);
  assert.doesNotMatch(house.log.text(), /PEOPLE/);
});

test('a broken database is set aside, and reports go on', async () => {
  const { writeFileSync } = await import('node:fs');
  const folder = mkdtempSync(join(tmpdir(), 'valija-reports-'));
  const file = join(folder, 'reports.db');
  writeFileSync(file, 'x'.repeat(9_000));
  const log = collectingLog();
  const time = new VirtualTime();
  const signer = { keysFor: async () => [] };
  {
    await using reports = new Reports(
      { file, clock: time, alarm: time, randomness: seededRandomness(), log, signer },
      SETTINGS,
    );
    await using dns = await openDns({ zones: {} });
    const ownMail = { post: async () => 'Q' };
    const admin = reports.begin({ ownMail, dns: dns.resolver, generator: 'x' });
    assert.deepEqual(await admin.list({ sinceMs: 0, limit: 10 }), []);
    await until('a word about it', async () => /was broken/.test(log.text()));
  }
  rmSync(folder, { recursive: true });
});
