import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command } from './command.ts';
import type { OpenedMailbox } from './question.ts';
import type { ServerFacts } from './server-facts.ts';
import { initialState, SESSION_LIMITS, type SessionEvent, type Step, step } from './session.ts';
import type { SessionState } from './state.ts';

const FACTS: ServerFacts = { secure: true, mechanisms: ['PLAIN'], appendLimitBytes: 1_000, identity: [] };
const FLAG_NAMES = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft'];

function say(state: SessionState, command: Command, tag = 'a'): Step {
  return step(state, { kind: 'command', command: { tag, command } });
}

function answer(state: SessionState, value: unknown): Step {
  return step(state, { kind: 'answered', answer: value });
}

function textOf({ effects }: Step): string {
  return effects.map((effect) => (effect.kind === 'send' ? effect.output.toString() : '')).join('');
}

function questionOf({ effects }: Step) {
  const asked = effects.find((effect) => effect.kind === 'ask');
  return asked?.kind === 'ask' ? asked.question : undefined;
}

function loggedIn(): SessionState {
  const asked = say(initialState(FACTS), { kind: 'login', user: 'u', password: 'p' });
  return answer(asked.state, { kind: 'accepted', data: undefined }).state;
}

function opened(uids: readonly number[]): OpenedMailbox {
  return {
    name: 'INBOX',
    uidValidity: 7,
    uidNext: (uids.at(-1) ?? 0) + 1,
    flagNames: FLAG_NAMES,
    firstRecentUid: 1_000,
    columns: {
      uids: Uint32Array.from(uids),
      flags: new Uint32Array(uids.length),
      modSeqs: new Float64Array(uids.length),
      sizesBytes: new Float64Array(uids.length),
      internalDatesMs: new Float64Array(uids.length),
    },
  };
}

function selected(uids: readonly number[], kind: 'select' | 'examine' = 'select'): SessionState {
  const asked = say(loggedIn(), { kind, mailbox: 'INBOX', condstore: false, qresync: undefined });
  return answer(asked.state, { ok: true, value: opened(uids) }).state;
}

const set = (first: number, last: number) => [{ first, last }];

test('each phase allows its own commands', () => {
  assert.equal(textOf(say(initialState(FACTS), { kind: 'namespace' })), 'a BAD Log in first\r\n');
  assert.equal(textOf(say(loggedIn(), { kind: 'starttls' })), 'a BAD Already logged in\r\n');
  assert.equal(textOf(say(loggedIn(), { kind: 'check' })), 'a BAD No mailbox is selected\r\n');
  assert.equal(selected([1]).phase, 'selected');
});

test('[C49] without TLS nothing that a login says reaches the world', () => {
  const state = initialState({ ...FACTS, secure: false, mechanisms: [] });
  const refused = say(state, { kind: 'login', user: 'u', password: 'p' });
  assert.equal(questionOf(refused), undefined);
  assert.match(textOf(refused), /^a NO \[PRIVACYREQUIRED\]/);
});

test('[T3] after STARTTLS the session knows nothing of before', () => {
  const state = initialState({ ...FACTS, secure: false, mechanisms: [] });
  const mistaken = step(state, { kind: 'not-understood', tag: 'x', message: 'Syntax error', fatal: false });
  const asked = say(mistaken.state, { kind: 'starttls' });
  assert.equal(textOf(asked), 'a OK Begin TLS negotiation now\r\n');
  assert.deepEqual(questionOf(asked), { kind: 'start-tls' });
  const secured = answer(asked.state, { mechanisms: ['PLAIN'] });
  assert.deepEqual(secured, { state: initialState(FACTS), effects: [] });
});

test('SASL: a verifier that OK has no room for goes first, and the client answers it', () => {
  const begun = say(initialState(FACTS), {
    kind: 'authenticate',
    mechanism: 'SCRAM-SHA-256',
    initialResponse: undefined,
  });
  const challenged = answer(begun.state, { kind: 'challenge', data: Buffer.from('r=1') });
  assert.equal(textOf(challenged), '+ cj0x\r\n');
  const responded = step(challenged.state, { kind: 'line', text: 'cj0y' });
  assert.deepEqual(questionOf(responded), { kind: 'continue-sasl', response: Buffer.from('r=2') });
  const verified = answer(responded.state, { kind: 'accepted', data: Buffer.from('v=1') });
  assert.equal(textOf(verified), '+ dj0x\r\n');
  const over = step(verified.state, { kind: 'line', text: '' });
  assert.match(textOf(over), /^a OK \[CAPABILITY .*\] Logged in\r\n$/);
  assert.equal(over.state.phase, 'authenticated');
});

test('a mailbox that cannot be opened leaves none selected', () => {
  const asked = say(selected([1]), { kind: 'select', mailbox: 'No', condstore: false, qresync: undefined }, 'b');
  const refused = answer(asked.state, { ok: false, error: { code: 'nonexistent', message: 'No such mailbox' } });
  assert.equal(textOf(refused), '* OK [CLOSED] Previous mailbox closed\r\nb NO [NONEXISTENT] No such mailbox\r\n');
  assert.equal(refused.state.phase, 'authenticated');
});

test('numbers stay as they are in FETCH by number, and move in UID FETCH', () => {
  for (const uid of [false, true]) {
    const items = [{ kind: 'flags' }] as const;
    const fetch: Command = { kind: 'fetch', uid, set: set(1, 3), items, changedSince: undefined, vanished: false };
    const asked = say(selected([1, 2, 3]), fetch);
    const changed = step(asked.state, { kind: 'changed', change: { kind: 'expunged', uids: Uint32Array.of(2) } });
    assert.deepEqual(changed.effects, []);
    const done = answer(changed.state, { missing: 0, read: [] });
    assert.equal(textOf(done), uid ? '* 2 EXPUNGE\r\na OK FETCH completed\r\n' : 'a OK FETCH completed\r\n');
  }
});

test('only what was sent, and was not seen before, is marked \\Seen, after it was sent', () => {
  const section = { kind: 'section', section: { part: [], content: { kind: 'whole' } }, partial: undefined } as const;
  const items = [{ ...section, peek: false, answeredAs: 'BODY' }] as const;
  const fetch: Command = { kind: 'fetch', uid: true, set: set(1, 3), items, changedSince: undefined, vanished: false };
  const asked = say(selected([1, 2, 3]), fetch);
  const sent = answer(asked.state, { missing: 1, read: [0, 2] });
  const question = questionOf(sent);
  assert.ok(question?.kind === 'store');
  assert.deepEqual([...question.uids], [1, 3]);
  assert.deepEqual(question.flags, ['\\Seen']);
  const examined = say(selected([1, 2, 3], 'examine'), fetch);
  assert.match(textOf(answer(examined.state, { missing: 0, read: [0] })), /^a OK/);
});

test('a world that fails is said to be unavailable, and the next command is heard', () => {
  const asked = say(loggedIn(), { kind: 'status', mailbox: 'INBOX', items: ['MESSAGES'] });
  const failed = step(asked.state, { kind: 'failed', code: 'UNAVAILABLE', message: 'Later' });
  assert.equal(textOf(failed), 'a NO [UNAVAILABLE] Later\r\n');
  assert.equal(textOf(say(failed.state, { kind: 'noop' }, 'b')), 'b OK NOOP completed\r\n');
});

test('IDLE: updates when there are any, silence otherwise, and only DONE ends it well', () => {
  const idling = answer(say(selected([1]), { kind: 'idle' }).state, undefined);
  assert.equal(textOf(idling), '+ idling\r\n');
  assert.deepEqual(step(idling.state, { kind: 'settle' }).effects, []);
  const change = { kind: 'expunged', uids: Uint32Array.of(1) } as const;
  const changed = step(idling.state, { kind: 'changed', change });
  assert.equal(textOf(step(changed.state, { kind: 'settle' })), '* 1 EXPUNGE\r\n');
  assert.equal(textOf(step(changed.state, { kind: 'line', text: 'done' })), 'a OK IDLE completed\r\n');
  assert.equal(textOf(step(changed.state, { kind: 'line', text: 'b NOOP' })), 'a BAD DONE was expected\r\n');
});

test('a mailbox whose UIDs are no longer valid ends the session at the next command', () => {
  const lost = step(selected([1]), { kind: 'changed', change: { kind: 'reset' } });
  const next = say(lost.state, { kind: 'noop' });
  assert.match(textOf(next), /^\* BYE /);
  assert.equal(next.state.phase, 'logout');
  assert.match(textOf(say(lost.state, { kind: 'logout' })), /a OK LOGOUT completed/);
});

test('mistakes are counted up to the limit', () => {
  const mistake: SessionEvent = { kind: 'not-understood', tag: 'x', message: 'Syntax error', fatal: false };
  let state: SessionState = initialState(FACTS);
  for (let i = 1; i < SESSION_LIMITS.mistakes; i++) state = step(state, mistake).state;
  assert.notEqual(state.phase, 'logout');
  const last = step(state, mistake);
  assert.equal(textOf(last), 'x BAD Syntax error\r\n* BYE Too many mistakes\r\n');
  assert.equal(last.state.phase, 'logout');
});

test('a message over the limit is refused before it is taken in', () => {
  const message = { flags: [], internalDateMs: undefined, sizeBytes: 1_001 };
  const refused = say(loggedIn(), { kind: 'append', mailbox: 'INBOX', message });
  assert.equal(questionOf(refused), undefined);
  assert.equal(textOf(refused), 'a NO [TOOBIG] Messages may have at most 1000 octets\r\n');
});
