// The client's machine for SMTP and LMTP under test: a conversation as text, with what became of it.

import assert from 'node:assert/strict';
import type { ClientStep } from '#protocols/smtp/client/event.ts';
import type { OutgoingEnvelope } from '#protocols/smtp/client/outgoing-envelope.ts';
import { verdictOf } from '#protocols/smtp/client/recipient-result.ts';
import { replyText } from '#protocols/smtp/client/remote-reply.ts';
import { ReplyFraming } from '#protocols/smtp/client/reply-framing.ts';
import { begin, step } from '#protocols/smtp/client/session.ts';
import type { ClientSetting } from '#protocols/smtp/client/setting.ts';

export const CLIENT_SETTING: ClientSetting = {
  protocol: 'smtp',
  heloName: 'mail.valija.test',
  startTls: 'if-offered',
  credentials: undefined,
  mayRevealPassword: { inClear: false, underTls: true },
  nonce: 'rOprNGfwEbeRWgbNEkqO',
  ownNames: new Set(['mail.valija.test']),
};

export function outgoingEnvelope(...paths: string[]): OutgoingEnvelope {
  return {
    sender: 'usuario1@valija.test',
    sizeBytes: 123,
    body: '7BIT',
    smtpUtf8: false,
    ret: undefined,
    envid: undefined,
    auth: undefined,
    requireTls: false,
    recipients: paths.map((path) => ({ path, notify: undefined, orcpt: undefined })),
  };
}

export interface PlayOptions {
  readonly setting?: Partial<ClientSetting>;
  /** For each line `message`, in turn. */
  readonly messages?: readonly Partial<OutgoingEnvelope>[];
  /** How what the server says together is cut. */
  readonly cut?: (octets: Buffer) => Buffer[];
}

/**
 * A conversation as text: `S:` what the server says, `C:` what we must have said by then and nothing else, `content` that
 * the content is sent now; `message`, `probe`, `tls`, `closed`, `timed out` are events. What is heard and not asked for is an end.
 */
export function playConversation(
  script: string,
  { setting = {}, messages = [], cut = (octets) => [octets] }: PlayOptions = {},
): ClientStep {
  const whole = { ...CLIENT_SETTING, ...setting };
  const framing = new ReplyFraming();
  const envelopes = messages.map((each) => ({ ...outgoingEnvelope('ana@example.org'), ...each }));
  let said = '';
  let current = begin(false);
  const take = (event: Parameters<typeof step>[1]) => {
    current = step(current.state, event, whole);
    for (const effect of current.effects) {
      if (effect.kind === 'send') said += effect.octets;
      else said += effect.kind === 'start-tls' ? '<tls>\r\n' : `<content ${effect.framing}>\r\n`;
    }
  };
  let heard = '';
  const hear = () => {
    for (const chunk of cut(Buffer.from(heard))) {
      framing.push(chunk);
      for (let frame = framing.next(); frame !== undefined; frame = framing.next()) take(frame);
    }
    heard = '';
  };
  for (const line of script
    .trim()
    .split('\n')
    .map((each) => each.trim())) {
    if (line === '') continue;
    if (line.startsWith('S: ')) {
      assert.equal(said, '', `before ${line}`);
      heard += `${line.slice(3)}\r\n`;
      continue;
    }
    hear();
    if (line.startsWith('C:')) {
      const expected = `${line.slice(3)}\r\n`;
      assert.ok(said.startsWith(expected), `expected ${line.slice(3)}\n     got ${JSON.stringify(said)}`);
      said = said.slice(expected.length);
    } else if (line === 'message' || line === 'probe')
      take({ kind: line, envelope: envelopes.shift() ?? outgoingEnvelope('ana@example.org') });
    else if (line === 'tls') take({ kind: 'tls-started' });
    else if (line === 'closed') take({ kind: 'peer-closed' });
    else if (line === 'timed out') take({ kind: 'timed-out' });
    else throw new Error(`not a line of a script: ${line}`);
  }
  hear();
  assert.equal(said, '', 'nothing more was said');
  return current;
}

export function resultLines({ state }: ClientStep): string[] {
  if (state.phase !== 'ready' && state.phase !== 'closed') throw new Error(`in phase ${state.phase}`);
  return state.results.map((result) => {
    if (result.kind === 'answered') return `${verdictOf(result)} ${result.by}: ${replyText(result.reply)}`;
    const { failure } = result;
    return `cut off: ${failure.kind}${'stage' in failure ? ` ${failure.stage}` : ''}`;
  });
}

export function failureOf({ state }: ClientStep): string {
  assert.equal(state.phase, 'closed');
  if (state.phase !== 'closed') return '';
  const { failure } = state;
  return `${failure.kind}${'stage' in failure ? ` ${failure.stage}` : ''}`;
}
