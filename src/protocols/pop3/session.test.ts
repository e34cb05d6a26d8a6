import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { COMMANDS } from './commands.ts';
import { DEFAULT_POP3_LIMITS } from './limits.ts';
import { Maildrop } from './maildrop.ts';
import { formatReply, type Pop3Reply } from './reply.ts';
import { advance, begin } from './session.ts';
import { authorization, lineLimitOctets, type Pop3State, type Session } from './state.ts';
import type { Pop3Effect, Step } from './step.ts';

const SESSION: Session = {
  secure: true,
  mechanisms: ['SCRAM-SHA-256', 'PLAIN', 'LOGIN'],
  mistakes: 0,
  idleCommands: 0,
  refusedLogins: 0,
  limits: DEFAULT_POP3_LIMITS,
};

function inTransaction(): Pop3State {
  const maildrop = new Maildrop({
    uidValidity: 1,
    uids: Uint32Array.of(7, 8),
    sizesBytes: Float64Array.of(120, 200),
  });
  return advance({ phase: 'waiting', session: SESSION }, { kind: 'maildrop', outcome: { kind: 'opened', maildrop } })
    .state;
}

function line(state: Pop3State, text: string): Step {
  return advance(state, { kind: 'line', text });
}

function said(effects: readonly Pop3Effect[]): string {
  const replies = effects.filter((effect) => effect.kind === 'reply').map(({ reply }) => reply);
  return replies.map(wire).join('');
}

function wire(reply: Pop3Reply): string {
  return [...formatReply(reply)].join('');
}

test('[C46] the examples of RFC 1939 §5', () => {
  let state = inTransaction();
  assert.equal(said(line(state, 'STAT').effects), '+OK 2 320\r\n');
  assert.equal(said(line(state, 'LIST').effects), '+OK 2 messages (320 octets)\r\n1 120\r\n2 200\r\n.\r\n');
  assert.equal(said(line(state, 'LIST 2').effects), '+OK 2 200\r\n');
  assert.match(said(line(state, 'LIST 3').effects), /^-ERR /);
  state = line(state, 'DELE 1').state;
  assert.match(said(line(state, 'DELE 1').effects), /^-ERR /);
  assert.equal(said(line(state, 'STAT').effects), '+OK 1 200\r\n');
  state = line(state, 'RSET').state;
  assert.equal(said(line(state, 'STAT').effects), '+OK 2 320\r\n');
});

test('[C46] RETR and TOP name the message, and what is said either way', () => {
  const state = inTransaction();
  const [retr] = line(state, 'RETR 1').effects;
  assert.equal(retr?.kind, 'send-message');
  assert.deepEqual([retr.message.uid, retr.bodyLines, wire(retr.found)], [7, undefined, '+OK 120 octets\r\n']);
  assert.match(wire(retr.gone), /^-ERR /);
  const [top] = line(state, 'TOP 2 10').effects;
  assert.equal(top?.kind, 'send-message');
  assert.deepEqual([top.message.uid, top.bodyLines], [8, 10]);
});

test('[C46] QUIT carries the marks into UPDATE, and nothing else does', () => {
  const { state, effects } = line(line(inTransaction(), 'DELE 2').state, 'RETR 1');
  assert.equal(effects[0]?.kind, 'send-message');
  const step = line(advance(state, { kind: 'message-sent', message: effects[0].message }).state, 'QUIT');
  assert.equal(step.state.phase, 'closed');
  const [update, close] = step.effects;
  assert.equal(update?.kind, 'update');
  assert.deepEqual([...update.deletedUids], [8]);
  assert.deepEqual([...update.seenUids], [7]);
  assert.match(wire(update.failed), /^-ERR \[SYS\/TEMP\] /);
  assert.deepEqual(close, { kind: 'close' });
});

test('[C56] what SCRAM says last goes out as a challenge; an empty line opens the maildrop', () => {
  const asked = line(authorization(SESSION), 'AUTH SCRAM-SHA-256');
  assert.deepEqual(asked.effects, [{ kind: 'begin-login', mechanism: 'SCRAM-SHA-256', response: undefined }]);
  const data = Buffer.from('v=signature');
  const confirming = advance(asked.state, { kind: 'login', outcome: { kind: 'accepted', data } });
  assert.equal(said(confirming.effects), `+ ${data.toString('base64')}\r\n`);
  assert.deepEqual(line(confirming.state, '').effects, [{ kind: 'open-maildrop' }]);
  for (const other of ['*', '=', 'AAAA', 'STAT']) {
    const refused = line(confirming.state, other);
    assert.equal(refused.state.phase, 'authorization', other);
    assert.match(said(refused.effects), /^-ERR /);
  }
});

test('[C56] a response of AUTH may be longer than a command, on its own line and on AUTH’s', () => {
  const state = authorization(SESSION);
  assert.equal(lineLimitOctets(authorization({ ...SESSION, mechanisms: [] })), 255);
  assert.equal(lineLimitOctets(state), 12_290);
  const asked = line(state, 'AUTH PLAIN').state;
  const challenged = advance(asked, { kind: 'login', outcome: { kind: 'challenge', data: Buffer.alloc(0) } }).state;
  assert.equal(lineLimitOctets(challenged), 12_290);
});

test('each refusal of a login has its reply, and disabled reads like wrong', () => {
  const replyTo = (reason: 'invalid-credentials' | 'disabled' | 'throttled' | 'unavailable') => {
    const state: Pop3State = { phase: 'waiting', session: SESSION };
    return said(advance(state, { kind: 'login', outcome: { kind: 'rejected', reason } }).effects);
  };
  assert.match(replyTo('invalid-credentials'), /^-ERR \[AUTH\] /);
  assert.equal(replyTo('disabled'), replyTo('invalid-credentials'));
  assert.match(replyTo('throttled'), /^-ERR \[SYS\/TEMP\] /);
  assert.match(replyTo('unavailable'), /^-ERR \[SYS\/TEMP\] /);
});

test('the greeting offers no APOP', () => {
  assert.doesNotMatch(said(begin(SESSION, 'mail.valija.test').effects), /</);
});

test('[T5] a client that makes too many mistakes is sent away', () => {
  let state: Pop3State = authorization(SESSION);
  for (let i = 0; i < DEFAULT_POP3_LIMITS.mistakes; i += 1) state = line(state, 'NONSENSE').state;
  assert.equal(state.phase, 'authorization');
  const last = line(state, 'NONSENSE');
  assert.equal(last.state.phase, 'closed');
  assert.deepEqual(last.effects.at(-1), { kind: 'close' });
});

test('[T5] [T8] any line in any state is answered or asks something, and never throws', (context) => {
  const verbs = [...COMMANDS.keys(), 'APOP', 'XTND', ''];
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 100 }),
    fc.tuple(fc.constantFrom(...verbs), fc.string({ maxLength: 30 })).map(([verb, rest]) => `${verb} ${rest}`),
    fc.constantFrom(...verbs),
  );
  const states: (() => Pop3State)[] = [
    () => authorization(SESSION),
    () => authorization({ ...SESSION, secure: false, mechanisms: [] }),
    () => ({ phase: 'authorization', session: SESSION, user: 'usuario1' }),
    () => ({ phase: 'challenged', session: SESSION }),
    () => ({ phase: 'confirming', session: SESSION }),
    inTransaction,
  ];
  alwaysHolds(
    context,
    fc.property(text, fc.constantFrom(...states), (input, start) => {
      const step = line(start(), input);
      assert.ok(step.effects.length > 0);
      for (const reply of said(step.effects).split('\r\n').filter(Boolean)) assert.ok(!reply.includes('\n'));
    }),
  );
});

test('a listing of a hundred thousand messages is written in pieces', () => {
  const count = 100_000;
  const maildrop = new Maildrop({
    uidValidity: 1,
    uids: Uint32Array.from({ length: count }, (_, i) => i + 1),
    sizesBytes: new Float64Array(count).fill(1_000),
  });
  const [effect] = line({ phase: 'transaction', session: SESSION, maildrop }, 'UIDL').effects;
  assert.equal(effect?.kind, 'reply');
  const pieces = [...formatReply(effect.reply)];
  assert.ok(Math.max(...pieces.map((piece) => piece.length)) < 17_000);
  assert.equal(pieces.join('').split('\r\n').length, count + 3);
});
