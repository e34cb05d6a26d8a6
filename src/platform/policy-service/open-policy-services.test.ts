import assert from 'node:assert/strict';
import { test } from 'node:test';
import { steadyClock } from '#platform/machine/clock.ts';
import { givenAnswers } from '../../../test/world/given-answers.ts';
import { collectingLog } from '../../../test/world/log.ts';
import { givenPolicyService, type PolicyAnswer } from '../../../test/world/policy-service.ts';
import { OpenPolicyServices } from './open-policy-services.ts';
import type { PoolSettings } from './policy-pool.ts';

const SETTINGS: PoolSettings = {
  maxIdleMs: 300_000,
  maxTtlMs: 1_000_000,
  requestLimit: 0,
  retryDelayMs: 1,
  timeoutMs: 5_000,
  tryLimit: 2,
  defaultAction: '451 4.3.5 Server configuration problem',
  policyContext: '',
  connectionLimit: 20,
};
const QUESTION = { request: 'smtpd_access_policy', sender: 'a@example.org' };
const SECOND = 10_000;

function asking(settings: Partial<PoolSettings> = {}) {
  const log = collectingLog();
  const resolver = { resolve: givenAnswers({ 'policy.test A': ['127.0.0.1'] }) as never };
  const services = new OpenPolicyServices(
    { ...SETTINGS, ...settings },
    { resolver, log, nowMs: () => steadyClock.nowMs() },
  );
  return { log, services, warnings: () => log.lines.map(({ text }) => text) };
}

test('[C35] a service is asked on one connection, which is used again', async () => {
  await using service = await givenPolicyService(() => 'DUNNO');
  using services = asking().services;
  for (let i = 0; i < 5; i++) assert.equal(await services.ask(service.name, QUESTION, SECOND), 'DUNNO');
  assert.equal(service.connections.total, 1);
  assert.equal(service.questions.length, 5);
  assert.deepEqual([...(service.questions[0] ?? [])], [...Object.entries(QUESTION), ['policy_context', '']]);
});

test('[C35] a host is asked by its name; a service that is not there is what its default action says', async () => {
  await using service = await givenPolicyService(() => 'OK');
  const { services, warnings } = asking();
  using _ = services;
  assert.equal(await services.ask(`inet:policy.test:${service.port}`, QUESTION, SECOND), 'OK');
  assert.equal(await services.ask('inet:nowhere.test:1', QUESTION, SECOND), SETTINGS.defaultAction);
  assert.equal(await services.ask('unix:/nowhere/socket', QUESTION, SECOND), SETTINGS.defaultAction);
  assert.deepEqual(warnings(), [
    'warning: problem talking to server inet:nowhere.test:1: Host not found',
    'warning: problem talking to server inet:nowhere.test:1: Host not found',
    'warning: problem talking to server unix:/nowhere/socket: No such file or directory',
    'warning: problem talking to server unix:/nowhere/socket: No such file or directory',
  ]);
});

test('[C35] what stands in braces holds for that service alone', async () => {
  await using service = await givenPolicyService(() => ({ close: true }));
  const { services, warnings } = asking();
  using _ = services;
  const spec = `{ ${service.name}, try_limit=1, default_action=DUNNO, policy_context=submission }`;
  assert.equal(await services.ask(spec, QUESTION, SECOND), 'DUNNO');
  assert.equal(service.questions[0]?.get('policy_context'), 'submission');
  assert.equal(warnings().length, 1);
});

test('[C35] a connection is not used for longer, or more often, than its limits say', async () => {
  await using service = await givenPolicyService(() => 'DUNNO');
  for (const limits of [{ requestLimit: 1 }, { maxTtlMs: 0 }]) {
    using services = asking(limits).services;
    const before = service.connections.total;
    for (let i = 0; i < 3; i++) await services.ask(service.name, QUESTION, SECOND);
    assert.equal(service.connections.total - before, 3);
  }
  using services = asking({ maxIdleMs: 20 }).services;
  await services.ask(service.name, QUESTION, SECOND);
  while (service.connections.open > 0) await new Promise((resolve) => setTimeout(resolve, 10));
});

test('a connection that the service closed meanwhile is replaced without a word', async () => {
  await using service = await givenPolicyService((_question, socket) => {
    setImmediate(() => socket.end());
    return 'DUNNO';
  });
  const { services, warnings } = asking({ tryLimit: 1 });
  using _ = services;
  for (let i = 0; i < 5; i++) assert.equal(await services.ask(service.name, QUESTION, SECOND), 'DUNNO');
  assert.deepEqual(warnings(), []);
});

test('a service that fails once is asked again', async () => {
  let first = true;
  await using service = await givenPolicyService((): PolicyAnswer => {
    const answer = first ? ({ close: true } as const) : 'DUNNO';
    first = false;
    return answer;
  });
  using services = asking().services;
  assert.equal(await services.ask(service.name, QUESTION, SECOND), 'DUNNO');
  assert.equal(service.questions.length, 2);
});

test('a service that hangs, trickles, lies, or never ends costs its time and no more', async () => {
  const SHORT_MS = 200;
  const answers: [string, PolicyAnswer, RegExp][] = [
    ['hangs', undefined, /timed out/],
    ['stops within', { raw: 'action=OK\n' }, /timed out/],
    ['speaks something else', { raw: 'HTTP/1.1 400 Bad Request\r\n\r\n' }, /no attribute/],
    ['says nothing', { raw: '\n' }, /no action/],
    ['never ends', { raw: `${'x'.repeat(100_000)}` }, /longer than/],
  ];
  for (const [what, answer, error] of answers) {
    await using service = await givenPolicyService(() => answer);
    const endsByTime = error.source === 'timed out';
    const { services, warnings } = asking({ timeoutMs: endsByTime ? SHORT_MS : 60_000 });
    using _ = services;
    const beganMs = steadyClock.nowMs();
    assert.equal(await services.ask(service.name, QUESTION, SECOND), SETTINGS.defaultAction, what);
    assert.ok(steadyClock.nowMs() - beganMs < 30_000, what);
    assert.match(warnings().join('\n'), error, what);
  }
});

test('an answer to a question that nobody put is never taken for the answer to the next', async () => {
  let asked = 0;
  await using service = await givenPolicyService(() => {
    asked += 1;
    return { raw: `action=REJECT ${asked}\n\naction=OK\n\n` };
  });
  using services = asking().services;
  for (let i = 1; i <= 3; i++) assert.equal(await services.ask(service.name, QUESTION, SECOND), `REJECT ${i}`);
  assert.equal(service.connections.total, 3);
});

test('many questions share a bounded number of connections, each gets its own answer', async () => {
  await using service = await givenPolicyService((question, socket) => {
    setTimeout(() => socket.write(`action=REJECT ${question.get('sender')}\n\n`), 5);
    return undefined;
  });
  using services = asking({ connectionLimit: 4 }).services;
  const senders = Array.from({ length: 100 }, (_, i) => `s${i}@example.org`);
  const answers = await Promise.all(
    senders.map((sender) => services.ask(service.name, { ...QUESTION, sender }, SECOND)),
  );
  assert.deepEqual(
    answers,
    senders.map((sender) => `REJECT ${sender}`),
  );
  assert.equal(service.connections.total, 4);
});

test('who waits for a busy service waits no longer than may be', async () => {
  await using service = await givenPolicyService(() => undefined);
  const { services, warnings } = asking({ connectionLimit: 1, timeoutMs: 300 });
  using _ = services;
  const answers = await Promise.all([1, 2, 3].map(() => services.ask(service.name, QUESTION, 150)));
  assert.deepEqual(
    answers,
    [1, 2, 3].map(() => SETTINGS.defaultAction),
  );
  assert.match(warnings().join('\n'), /all connections are busy/);
  assert.equal(service.connections.total, 1);
});

test('names of services that a pattern makes up do not fill the memory', async () => {
  await using service = await givenPolicyService(() => 'OK');
  const { services, warnings } = asking({ tryLimit: 1 });
  using _ = services;
  const named = (i: number) => services.ask(`{ ${service.name}, policy_context=c${i} }`, QUESTION, SECOND);
  for (let i = 0; i < 100; i++) assert.equal(await named(i), 'OK');
  assert.equal(await named(100), SETTINGS.defaultAction);
  assert.match(warnings()[0] ?? '', /there are 100 others already/);
  assert.equal(await named(0), 'OK');
});

test('a value that would forge attributes is not sent', async () => {
  await using service = await givenPolicyService(() => 'OK');
  using services = asking().services;
  const forged = { ...QUESTION, helo_name: 'a\nsasl_username=root' };
  assert.equal(await services.ask(service.name, forged, SECOND), SETTINGS.defaultAction);
  assert.equal(service.questions.length, 0);
});
