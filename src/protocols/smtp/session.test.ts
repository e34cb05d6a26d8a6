import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import type { Effect, SmtpEvent, Step } from './event.ts';
import { DEFAULT_SMTP_LIMITS } from './limits.ts';
import { PROFILES, type Profile } from './profile.ts';
import { DEFAULT_SMTP_QUIRKS } from './quirks.ts';
import { formatReply, reply } from './reply.ts';
import { begin, step } from './session.ts';
import type { SmtpSetting } from './setting.ts';
import type { SmtpState } from './state.ts';
import type { TlsLevel } from './tls-level.ts';

function setting(profile: Profile['name'], limits = DEFAULT_SMTP_LIMITS, tlsLevel: TlsLevel = 'may'): SmtpSetting {
  return { profile: PROFILES[profile], tlsLevel, hostname: 'mail.valija.test', limits, quirks: DEFAULT_SMTP_QUIRKS };
}

const COMPLETE = { kind: 'complete' } as const;

/** Answers every question with yes, and every wait with what was waited for. */
function play(
  profile: Profile['name'],
  lines: readonly string[],
  secured = false,
  limits = DEFAULT_SMTP_LIMITS,
  tlsLevel?: TlsLevel,
) {
  const given = setting(profile, limits, tlsLevel);
  const mechanisms = ['PLAIN'];
  const replies: string[] = [];
  const effects: Effect[] = [];
  let current: Step = begin({ secured, mechanisms: secured ? mechanisms : [] });
  const waiting = [...lines];
  for (;;) {
    for (const effect of current.effects) {
      effects.push(effect);
      if (effect.kind === 'reply') replies.push(...formatReply(effect.reply).trimEnd().split('\r\n'));
    }
    const event = yes(current.state, given, waiting, mechanisms);
    if (event === undefined) return { replies, effects, state: current.state };
    current = step(current.state, event, given);
  }
}

function yes(state: SmtpState, given: SmtpSetting, lines: string[], mechanisms: string[]): SmtpEvent | undefined {
  switch (state.phase) {
    case 'asking':
      return { kind: 'answer', answer: yesTo(state, given) };
    case 'securing':
      return { kind: 'tls-started', mechanisms };
    case 'content':
    case 'chunk':
    case 'skipping':
      return { kind: 'content-ended', outcome: { kind: 'complete' } };
    case 'closing':
      return undefined;
    default: {
      const text = lines.shift();
      return text === undefined ? undefined : { kind: 'line', text };
    }
  }
}

function yesTo(state: Extract<SmtpState, { phase: 'asking' }>, given: SmtpSetting) {
  switch (state.question.kind) {
    case 'connection':
      return { kind: 'verdict', outcome: 'permit', reply: { code: 220, lines: ['hello'] } } as const;
    case 'greeting':
      return { kind: 'verdict', outcome: 'permit', reply: { code: 250, lines: ['me'] } } as const;
    case 'content': {
      const recipients = 'transaction' in state.from ? state.from.transaction.recipients : 0;
      const length = given.profile.contentReplies === 'one' ? 1 : recipients;
      return { kind: 'content', replies: Array.from({ length }, () => reply(250, '2.0.0', 'taken')) } as const;
    }
    case 'login':
    case 'login-response':
      return { kind: 'login', outcome: { kind: 'accepted', data: undefined } } as const;
    default:
      return { kind: 'verdict', outcome: 'permit', reply: reply(250, '2.0.0', 'yes') } as const;
  }
}

test('[C5] every command out of order is answered 503 5.5.1, and the session goes on', () => {
  const greeted = ['EHLO a.example'];
  const begun = [...greeted, 'MAIL FROM:<a@b>'];
  const chunks = [...begun, 'RCPT TO:<c@d>', 'BDAT 3'];
  for (const [before, command] of [
    [[], 'MAIL FROM:<a@b>'],
    [[], 'RCPT TO:<a@b>'],
    [[], 'DATA'],
    [[], 'AUTH PLAIN'],
    [[], 'BDAT 3 LAST'],
    [greeted, 'RCPT TO:<a@b>'],
    [greeted, 'DATA'],
    [greeted, 'BDAT 3 LAST'],
    [begun, 'MAIL FROM:<a@b>'],
    [begun, 'DATA'],
    [begun, 'BDAT 3 LAST'],
    [begun, 'STARTTLS'],
    [begun, 'AUTH PLAIN'],
    [chunks, 'DATA'],
    [chunks, 'RCPT TO:<a@b>'],
    [chunks, 'MAIL FROM:<a@b>'],
    [chunks, 'STARTTLS'],
  ] as const) {
    const { replies, state } = play('smtp', [...before, command]);
    assert.match(replies.at(-1) ?? '', /^503 5\.5\.1 /, `${before.join(', ')}, ${command}`);
    assert.notEqual(state.phase, 'closing');
  }
});

test('[T1] BDAT out of order is read over before it is answered', () => {
  const given = setting('smtp');
  const fresh = play('smtp', ['EHLO a.example']).state;
  const skipping = step(fresh, { kind: 'line', text: 'BDAT 17 LAST' }, given);
  assert.equal(skipping.state.phase === 'skipping' && skipping.state.octets, 17);
  assert.deepEqual(skipping.effects, []);
});

test('[T1] a chunk for nobody ends the message: a recipient that comes late does not get what is left of it', () => {
  const { replies } = play('smtp', ['EHLO a.example', 'MAIL FROM:<a@b>', 'BDAT 6', 'RCPT TO:<c@d>', 'BDAT 6 LAST']);
  assert.ok(replies.slice(-3).every((line) => line.startsWith('503 5.5.1 ')));
});

test('[T1] a chunk whose size cannot be read ends the session', () => {
  for (const wrong of [
    'BDAT',
    'BDAT x',
    'BDAT -1',
    'BDAT 1 LASST',
    'BDAT 1  LAST',
    'BDAT 0x10',
    `BDAT ${'9'.repeat(20)}`,
  ]) {
    const { replies, state } = play('smtp', ['EHLO a.example', 'MAIL FROM:<a@b>', 'RCPT TO:<c@d>', wrong]);
    assert.match(replies.at(-1) ?? '', /^5(?:01|52) /, wrong);
    assert.equal(state.phase, 'closing', wrong);
  }
});

test('EHLO announces what the session will do as it stands', () => {
  const keywords = (profile: Profile['name'], lines: string[], secured = false) =>
    play(profile, lines, secured).replies.map((line) => line.slice(4));
  const always = ['ENHANCEDSTATUSCODES', '8BITMIME', 'SMTPUTF8', 'DSN', 'CHUNKING', 'BINARYMIME'];
  const secured = always.toSpliced(4, 0, 'REQUIRETLS');
  const first = ['hello', 'me', 'PIPELINING', `SIZE ${DEFAULT_SMTP_LIMITS.messageOctets}`];
  assert.deepEqual(keywords('smtp', ['EHLO a']), [...first, 'STARTTLS', ...always]);
  assert.deepEqual(keywords('smtp', ['EHLO a'], true), [...first, ...secured]);
  assert.deepEqual(keywords('lmtp', ['LHLO a']), [...first, 'STARTTLS', ...always]);
  assert.deepEqual(keywords('submission', ['EHLO a']), [...first, 'STARTTLS', ...always]);
  assert.deepEqual(keywords('submissions', ['EHLO a'], true), [...first, 'AUTH PLAIN', ...secured]);
  assert.deepEqual(keywords('submission', ['HELO a']), ['hello', 'me']);
});

test('[C71] REQUIRETLS is taken where it is offered: under TLS', () => {
  const mail = (secured: boolean, parameter: string) =>
    play('smtp', ['EHLO a', `MAIL FROM:<a@example.org> ${parameter}`], secured).replies.at(-1);
  assert.match(mail(true, 'REQUIRETLS') ?? '', /^250 /);
  assert.match(mail(false, 'REQUIRETLS') ?? '', /^530 5\.7\.10 /);
  assert.match(mail(true, 'REQUIRETLS=yes') ?? '', /^501 5\.5\.4 /);
});

test('[C54] port 25 never offers nor takes AUTH', () => {
  const { replies } = play('smtp', ['EHLO a', 'AUTH PLAIN AGEAYg=='], true);
  assert.equal(
    replies.some((line) => line.includes('AUTH')),
    false,
  );
  assert.match(replies.at(-1) ?? '', /^502 5\.5\.1 /);
});

test('[C41] smtpd_tls_security_level = none: STARTTLS is neither offered nor known', () => {
  for (const profile of ['smtp', 'lmtp'] as const) {
    const greeting = profile === 'lmtp' ? 'LHLO a' : 'EHLO a';
    const lines = [greeting, 'HELP', 'STARTTLS', 'MAIL FROM:<a@b>'];
    const { replies } = play(profile, lines, false, DEFAULT_SMTP_LIMITS, 'none');
    const [refusal, permission] = replies.slice(-2);
    assert.ok(!replies.slice(0, -2).join('\n').includes('STARTTLS'));
    assert.match(refusal ?? '', /^502 5\.5\.1 /);
    assert.equal(permission, '250 2.0.0 yes');
  }
});

test('[C41] smtpd_tls_security_level = encrypt: before STARTTLS a greeting, NOOP, HELP and QUIT; the rest is 530 5.7.0', () => {
  const first = '530 5.7.0 Must issue a STARTTLS command first';
  const refused = ['MAIL FROM:<a@b>', 'RCPT TO:<a@b>', 'DATA', 'RSET', 'VRFY a', 'AUTH PLAIN AA==', 'ETRN b'];
  for (const profile of ['smtp', 'submission', 'lmtp'] as const) {
    const greeting = profile === 'lmtp' ? 'LHLO a' : 'EHLO a';
    for (const command of refused) {
      const { replies } = play(profile, [greeting, command], false, DEFAULT_SMTP_LIMITS, 'encrypt');
      assert.equal(replies.at(-1), first, `${profile}: ${command}`);
    }
    const { replies } = play(profile, ['NOOP', 'HELP', greeting, 'STARTTLS', greeting], false, undefined, 'encrypt');
    assert.ok(!replies.includes(first));
    assert.ok(replies.includes('220 2.0.0 Ready to start TLS'));
  }
  const secured = play('smtp', ['EHLO a', 'STARTTLS', 'EHLO a', 'MAIL FROM:<a@b>'], false, undefined, 'encrypt');
  assert.equal(secured.replies.at(-1), '250 2.0.0 yes');
});

test('[T1] smtpd_tls_security_level = encrypt: the octets of a BDAT are read over, and are no commands', () => {
  const { replies, effects } = play('smtp', ['EHLO a', 'BDAT 6 LAST', 'NOOP'], false, undefined, 'encrypt');
  assert.match(replies.at(-2) ?? '', /^503 5\.5\.1 /);
  assert.match(replies.at(-1) ?? '', /^250 /);
  assert.ok(effects.every(({ kind }) => kind === 'reply' || kind === 'ask'));
});

test('[C55] submission: no login before TLS, no mail before a login', () => {
  const clear = play('submission', ['EHLO a', 'AUTH PLAIN AGEAYg==', 'MAIL FROM:<a@b>']).replies.slice(-2);
  assert.match(clear[0] ?? '', /^538 5\.7\.11 /);
  assert.match(clear[1] ?? '', /^530 5\.7\.0 Must issue a STARTTLS command first/);
  const secured = play('submission', ['EHLO a', 'MAIL FROM:<a@b>', 'AUTH PLAIN AGEAYg==', 'MAIL FROM:<a@b>'], true);
  assert.match(secured.replies.at(-3) ?? '', /^530 5\.7\.0 Authentication required/);
  assert.match(secured.replies.at(-2) ?? '', /^235 2\.7\.0 /);
  assert.match(secured.replies.at(-1) ?? '', /^250 /);
  assert.match(
    play('submission', ['EHLO a', 'AUTH PLAIN AA==', 'AUTH PLAIN AA=='], true).replies.at(-1) ?? '',
    /^503 /,
  );
});

test('[T3] after STARTTLS nothing said in clear is remembered', () => {
  const { state } = play('submission', ['EHLO a', 'STARTTLS']);
  assert.deepEqual(state, {
    phase: 'fresh',
    session: { greeting: undefined, secured: true, mechanisms: ['PLAIN'], authenticated: false, errors: 0, junk: 0 },
  });
  assert.match(play('submission', ['EHLO a', 'STARTTLS', 'STARTTLS']).replies.at(-1) ?? '', /^503 5\.5\.1 /);
  assert.match(play('smtp', ['EHLO a', 'STARTTLS now']).replies.at(-1) ?? '', /^501 5\.5\.4 /);
});

test('LMTP: LHLO only, and one reply to the content for each recipient', () => {
  assert.match(play('lmtp', ['EHLO a']).replies.at(-1) ?? '', /^500 5\.5\.1 /);
  assert.match(play('lmtp', ['HELO a']).replies.at(-1) ?? '', /^500 5\.5\.1 /);
  assert.match(play('smtp', ['LHLO a']).replies.at(-1) ?? '', /^500 5\.5\.1 /);
  const envelope = ['LHLO a', 'MAIL FROM:<a@b>', 'RCPT TO:<c@d>', 'RCPT TO:<e@d>'];
  assert.deepEqual(play('lmtp', [...envelope, 'DATA']).replies.slice(-3), [
    '354 End data with <CR><LF>.<CR><LF>',
    '250 2.0.0 taken',
    '250 2.0.0 taken',
  ]);
  assert.deepEqual(play('lmtp', [...envelope, 'BDAT 3', 'BDAT 3 LAST']).replies.slice(-3), [
    '250 2.0.0 3 octets received',
    '250 2.0.0 taken',
    '250 2.0.0 taken',
  ]);
});

test('a refused greeting changes nothing, a taken one ends the message', () => {
  const given = setting('smtp');
  const begun = play('smtp', ['EHLO a', 'MAIL FROM:<a@b>']).state;
  const asking = step(begun, { kind: 'line', text: 'EHLO b' }, given).state;
  const refusal = { kind: 'verdict', outcome: 'reject', reply: reply(550, '5.7.1', 'no') } as const;
  const refused = step(asking, { kind: 'answer', answer: refusal }, given);
  assert.equal(refused.state.phase, 'envelope');
  assert.equal(refused.state.session.greeting?.name, 'a');
  const { effects, state } = play('smtp', ['EHLO a', 'MAIL FROM:<a@b>', 'EHLO b']);
  assert.ok(effects.some((effect) => effect.kind === 'abandon' && effect.reason === 'reset'));
  assert.equal(state.session.greeting?.name, 'b');
});

test('a connection that is refused may only QUIT, one that is deferred is closed', () => {
  const given = setting('smtp');
  const { state } = begin({ secured: false, mechanisms: [] });
  const no = { kind: 'verdict', outcome: 'reject', reply: { code: 554, lines: ['no'] } } as const;
  const refused = step(state, { kind: 'answer', answer: no }, given);
  for (const text of ['EHLO a', 'MAIL FROM:<a@b>', 'NOOP', 'STARTTLS', 'BDAT 3']) {
    const { effects } = step(refused.state, { kind: 'line', text }, given);
    assert.equal(effects[0]?.kind === 'reply' && effects[0].reply.code, 503, text);
  }
  assert.equal(step(refused.state, { kind: 'line', text: 'QUIT' }, given).state.phase, 'closing');
  const later = { kind: 'verdict', outcome: 'defer', reply: { code: 421, lines: ['later'] } } as const;
  assert.equal(step(state, { kind: 'answer', answer: later }, given).state.phase, 'closing');
});

test('421 ends the conversation, whatever it answers', () => {
  const given = setting('smtp');
  const reply421 = { code: 421, lines: ['Server closing connection'] };
  const commands = ['EHLO a', 'MAIL FROM:<a@b>', 'RCPT TO:<c@d>', 'DATA'];
  for (const [at, text] of commands.entries()) {
    const { state } = step(play('smtp', commands.slice(0, at)).state, { kind: 'line', text }, given);
    const isContent = state.phase === 'content';
    const asked = isContent ? step(state, { kind: 'content-ended', outcome: COMPLETE }, given).state : state;
    const refused = { kind: 'verdict', outcome: 'defer', reply: reply421 } as const;
    const answer = isContent ? ({ kind: 'content', replies: [reply421] } as const) : refused;
    const { effects } = step(asked, { kind: 'answer', answer }, given);
    assert.deepEqual(effects, [{ kind: 'reply', reply: reply421 }, { kind: 'close' }], text);
  }
});

test('mistakes are counted and at the limit end the session; a taken message forgives them', () => {
  const limits = { ...DEFAULT_SMTP_LIMITS, errors: 3 };
  const { replies, state } = play('smtp', ['FOO', 'BAR', 'BAZ', 'NOOP'], false, limits);
  assert.deepEqual(
    replies.slice(1).map((line) => line.slice(0, 3)),
    ['500', '500', '500', '421'],
  );
  assert.equal(state.phase, 'closing');
  const message = ['EHLO a', 'MAIL FROM:<a@b>', 'RCPT TO:<c@d>', 'DATA'];
  assert.equal(play('smtp', ['FOO', 'BAR', ...message, 'FOO', 'BAR'], false, limits).state.phase, 'ready');
});

test('recipients over the limit are for another transaction', () => {
  const limits = { ...DEFAULT_SMTP_LIMITS, recipients: 2 };
  const lines = ['EHLO a', 'MAIL FROM:<a@b>', 'RCPT TO:<a@b>', 'RCPT TO:<b@b>', 'RCPT TO:<c@b>', 'DATA'];
  assert.deepEqual(play('smtp', lines, false, limits).replies.slice(-3), [
    '452 4.5.3 Too many recipients',
    '354 End data with <CR><LF>.<CR><LF>',
    '250 2.0.0 taken',
  ]);
});

test('replies to what is not taken', () => {
  for (const [lines, expected] of [
    [['EHLO'], '501 5.5.4'],
    [['EHLO a b'], '501 5.5.4'],
    [[`EHLO ${'a'.repeat(300)}`], '501 5.5.4'],
    [['EHLO a', 'MAIL FROM:a@b'], '501 5.5.4'],
    [['EHLO a', 'MAIL FROM:<a>'], '501 5.1.7'],
    [['EHLO a', 'MAIL FROM:<ñ@b>'], '553 5.6.7'],
    [['EHLO a', 'MAIL FROM:<a@ñ.b>'], '553 5.6.7'],
    [['HELO a', 'MAIL FROM:<a@b> SIZE=1'], '555 5.5.4'],
    [['EHLO a', 'MAIL FROM:<a@b> X=1'], '555 5.5.4'],
    [['EHLO a', 'MAIL FROM:<a@b> SIZE=99999999999'], '552 5.3.4'],
    [['EHLO a', 'MAIL FROM:<a@b>', 'RCPT TO:<a>'], '501 5.1.3'],
    [['EHLO a', 'MAIL FROM:<a@b>', 'RCPT TO:<>'], '501 5.1.3'],
    [['EHLO a', 'MAIL FROM:<a@b>', 'RCPT TO:<ñ@b>'], '553 5.6.7'],
    [['EHLO a', 'MAIL FROM:<a@b>', 'RCPT TO:<a@b> SIZE=1'], '555 5.5.4'],
    [['EHLO a', 'MAIL FROM:<a@b> BODY=BINARYMIME', 'RCPT TO:<a@b>', 'DATA'], '503 5.5.1'],
    [['EHLO a', 'MAIL FROM:<a@b>', 'RCPT TO:<a@b>', 'DATA now'], '501 5.5.4'],
    [['VRFY usuario1'], '252 2.5.2'],
    [['VRFY'], '501 5.5.4'],
    [['EXPN list'], '502 5.5.1'],
    [['ETRN example.com'], '502 5.5.1'],
    [['HELP'], '214 2.0.0'],
    [['NOOP whatever'], '250 2.0.0'],
    [['RSET now'], '501 5.5.4'],
    [['QUIT now'], '501 5.5.4'],
    [[''], '500 5.5.1'],
    [['toString'], '500 5.5.1'],
    [['GET / HTTP/1.1'], '421 4.7.0'],
  ] as const) {
    const last = play('smtp', lines).replies.at(-1) ?? '';
    assert.equal(last.slice(0, 9), expected, `${lines.at(-1)} → ${last}`);
  }
});

test('SMTPUTF8 lets addresses be UTF-8; postmaster needs no domain', () => {
  const { effects } = play('smtp', ['EHLO a', 'MAIL FROM:<ñ@b> SMTPUTF8', 'RCPT TO:<ü@b>', 'RCPT TO:<PostMaster>']);
  const asked = effects.flatMap((effect) =>
    effect.kind === 'ask' && effect.question.kind === 'recipient' ? [effect.question.address] : [],
  );
  assert.deepEqual(asked, [
    { localPart: 'ü', domain: 'b' },
    { localPart: 'postmaster', domain: 'mail.valija.test' },
  ]);
});

test('whatever is said, and whatever comes of it, the machine does not throw and every line has its reply', (context) => {
  const words = [
    'EHLO a',
    'HELO a',
    'LHLO a',
    'MAIL FROM:<a@b>',
    'MAIL FROM:<>',
    'RCPT TO:<c@d>',
    'DATA',
    'RSET',
    'AUTH PLAIN AA==',
  ];
  const more = [
    'BDAT 5',
    'BDAT 0 LAST',
    'STARTTLS',
    'NOOP',
    'VRFY a',
    'AUTH LOGIN',
    '*',
    '',
    'AUTH PLAIN',
    'AA==',
    'HELP',
  ];
  const line = fc.oneof(fc.constantFrom(...words, ...more), fc.string({ unit: 'grapheme', maxLength: 30 }));
  const profile = fc.constantFrom<Profile['name']>('smtp', 'submission', 'submissions', 'lmtp');
  alwaysHolds(
    context,
    fc.property(profile, fc.boolean(), fc.array(line, { maxLength: 30 }), (name, secured, lines) => {
      const { replies, effects, state } = play(name, lines, secured);
      assert.ok(replies.length > 0);
      for (const each of replies) assert.match(each, /^[2345]\d\d[ -]/);
      const closes = effects.filter((effect) => effect.kind === 'close').length;
      assert.equal(closes, state.phase === 'closing' ? 1 : 0);
      const { authenticated, secured: safe, mechanisms } = state.session;
      if (authenticated) assert.ok(safe && name.startsWith('submission'));
      if (!safe) assert.deepEqual(mechanisms, []);
    }),
  );
});
