import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { feedings } from '../../../../test/world/feed.ts';
import { alwaysHolds } from '../../../../test/world/generated-inputs.ts';
import { CLIENT_SETTING, outgoingEnvelope as envelope } from '../../../../test/world/smtp-client-script.ts';
import { verdictOf } from './recipient-result.ts';
import { replyText } from './remote-reply.ts';
import { ReplyFraming } from './reply-framing.ts';
import { begin, step } from './session.ts';

test('ten thousand hostile replies: never an exception, never a delivery that was not confirmed', (context) => {
  const word = fc.constantFrom('220 ', '250 ', '250-', '354 ', '421 ', '450 ', '550 ', '334 ', '235 ', '999 ', '', '-');
  const junk = fc.string({ maxLength: 12 });
  const line = fc.tuple(word, junk, fc.constantFrom('\r\n', '\n', '\r', '')).map((parts) => parts.join(''));
  alwaysHolds(
    context,
    fc.property(fc.array(line, { maxLength: 12 }), fc.boolean(), fc.boolean(), (said, isLmtp, pipelines) => {
      const setting = { ...CLIENT_SETTING, protocol: isLmtp ? ('lmtp' as const) : ('smtp' as const) };
      const framing = new ReplyFraming();
      let current = begin(false);
      let contentSent = false;
      const hello = `220 hi\r\n250-mx\r\n250 ${pipelines ? 'PIPELINING' : 'X'}\r\n`;
      for (const text of [hello, ...said]) {
        framing.push(Buffer.from(text));
        for (
          let frame = framing.next();
          frame !== undefined && current.state.phase !== 'closed';
          frame = framing.next()
        ) {
          current = step(current.state, frame, setting);
          if (current.state.phase === 'securing') current = step(current.state, { kind: 'tls-started' }, setting);
          if (current.state.phase === 'ready' && current.state.results.length === 0) {
            current = step(current.state, { kind: 'message', envelope: envelope('a@x', 'b@x') }, setting);
          }
          contentSent ||= current.effects.some(({ kind }) => kind === 'send-content');
        }
      }
      current = step(current.state, { kind: 'peer-closed' }, setting);
      if (current.state.phase !== 'closed') throw new Error('a closed connection is the end');
      const delivered = current.state.results.some((result) => verdictOf(result) === 'delivered');
      assert.ok(!delivered || contentSent);
    }),
  );
});

test('an endless reply is cut off, in one line and in many', () => {
  for (const piece of ['250-x\r\n', 'x', `250-${'y'.repeat(5_000)}\r\n`]) {
    const framing = new ReplyFraming();
    let pushed = 0;
    let frame = framing.next();
    while (frame === undefined && pushed < 1_000_000) {
      framing.push(Buffer.from(piece));
      pushed += piece.length;
      frame = framing.next();
    }
    assert.deepEqual(frame, { kind: 'broken-reply', defect: 'endless' }, piece.slice(0, 10));
    assert.ok(pushed < 80_000);
  }
});

test('a long line is cut, control characters are not shown, latin1 is read', () => {
  for (const { chunks } of feedings(Buffer.from(`250 ${'z'.repeat(3_000)}\r\n550 a\x1bb\xe9\n`, 'latin1'), 50)) {
    const framing = new ReplyFraming();
    const texts: string[] = [];
    for (const chunk of chunks) {
      framing.push(chunk);
      for (let frame = framing.next(); frame?.kind === 'reply'; frame = framing.next())
        texts.push(replyText(frame.reply));
    }
    assert.deepEqual(texts, [`250 ${'z'.repeat(2_044)}`, '550 a?bé']);
  }
});
