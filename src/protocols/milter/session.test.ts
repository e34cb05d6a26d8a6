import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { number, packet, type SaidPacket } from '../../../test/world/given-milter.ts';
import { formatCommand, formatMacros, type MilterCommand } from './command.ts';
import { MACRO_STAGES, type MacroLists, type MilterOffer } from './negotiation.ts';
import { LARGEST_PACKET_OCTETS, PacketReader } from './packet.ts';
import { beginMilter, type MilterEffect, type MilterState, stepMilter } from './session.ts';

const MACROS = Object.fromEntries(MACRO_STAGES.map((stage) => [stage, ['i', '{mail_addr}']])) as unknown as MacroLists;
const OFFER: MilterOffer = { version: 6, noHeaderReply: false, macros: MACROS };

/** Packets of a milter, whole or octet by octet. */
function read(octets: Buffer, piece = octets.length) {
  const reader = new PacketReader();
  const packets = [];
  for (let at = 0; at < octets.length; at += piece) {
    reader.push(octets.subarray(at, at + piece));
    for (let next = reader.next(); next.ok && next.value !== undefined; next = reader.next()) packets.push(next.value);
  }
  return packets;
}

function hear(state: MilterState, ...said: SaidPacket[]): { state: MilterState; effects: MilterEffect[] } {
  const effects: MilterEffect[] = [];
  let now = state;
  for (const packetHeard of read(Buffer.concat(said.map(packet)), 1)) {
    const taken = stepMilter(now, { kind: 'packet', packet: packetHeard });
    now = taken.state;
    effects.push(...taken.effects);
  }
  return { state: now, effects };
}

function agreed(version = 6, steps = 0, actions = 0x1ff, offer = OFFER): MilterState {
  return hear(beginMilter(offer).state, ['O', number(version), number(actions), number(steps)]).state;
}

const MAIL: MilterCommand = { step: 'mail', words: ['<ana@example.org>', 'SIZE=3'] };
const VALUES = new Map([
  ['i', 'Q1'],
  ['mail_addr', 'ana@example.org'],
]);

function tell(state: MilterState, command: MilterCommand) {
  return stepMilter(state, { kind: 'tell', command, macros: VALUES });
}

describe('the milter protocol', () => {
  it('offers what Sendmail 8.14 and Postfix offer, by version [C24]', () => {
    const offered = (version: 2 | 3 | 4 | 6, noHeaderReply = false) => {
      const [effect] = beginMilter({ ...OFFER, version, noHeaderReply }).effects;
      const data = effect?.kind === 'send' ? effect.octets.subarray(5) : Buffer.alloc(0);
      return [0, 4, 8].map((at) => data.readUInt32BE(at).toString(16));
    };
    assert.deepEqual(offered(6), ['6', '1ff', '1fffff']);
    assert.deepEqual(offered(4), ['4', '3f', '37f']);
    assert.deepEqual(offered(3), ['3', '3f', '17f']);
    assert.deepEqual(offered(2, true), ['2', '3f', 'ff']);
  });

  it('refuses an agreement that was not offered', () => {
    const mistakes = (...answer: SaidPacket) => {
      const { state, effects } = hear(beginMilter(OFFER).state, answer);
      assert.equal(state.phase, 'broken');
      return effects.map((effect) => (effect.kind === 'mistake' ? effect.text : effect.kind));
    };
    assert.match(mistakes('O', number(7), number(0), number(0))[0] ?? '', /protocol version 7 conflict/);
    assert.match(mistakes('O', number(6), number(0x200), number(0))[0] ?? '', /request mask 0x200 conflict/);
    assert.match(mistakes('O', number(6), number(0))[0] ?? '', /too short/);
    assert.match(mistakes('c')[0] ?? '', /unexpected reply "c"/);
  });

  it('sends macros and command together, and none of a step that its version does not know', () => {
    const { state, effects } = tell(agreed(), MAIL);
    assert.equal(state.phase, 'asked');
    const sent = effects.map((effect) => (effect.kind === 'send' ? effect.octets.subarray(4).toString() : effect.kind));
    assert.deepEqual(sent, ['DMi\0Q1\0{mail_addr}\0ana@example.org\0', 'M<ana@example.org>\0SIZE=3\0']);
    assert.deepEqual(tell(agreed(3), { step: 'data' }).effects, [{ kind: 'answer', verdict: { kind: 'continue' } }]);
  });

  it('goes on at once where a step is not wanted, or not answered', () => {
    const unwanted = tell(agreed(6, 1 << 2), MAIL);
    assert.deepEqual(
      unwanted.effects.map(({ kind }) => kind),
      ['send', 'answer'],
    );
    const unanswered = tell(agreed(6, 1 << 14), MAIL);
    assert.deepEqual(
      unanswered.effects.map(({ kind }) => kind),
      ['send', 'send', 'answer'],
    );
  });

  it('takes the lists of macros that the milter names', () => {
    const answer: SaidPacket = ['O', number(6), number(0x100), number(0), number(2), 'i {auth_type}, {client_addr}'];
    const { state } = hear(beginMilter(OFFER).state, answer);
    assert.ok(state.phase === 'agreed');
    assert.deepEqual(state.agreement.macros.mail, ['i', '{auth_type}', '{client_addr}']);
    assert.deepEqual(state.agreement.macros.connect, ['i', '{mail_addr}']);
  });

  it('reads every reply', () => {
    const asked = tell(agreed(), { step: 'end-of-message' }).state;
    const { state, effects } = hear(
      asked,
      ['p'],
      ['h', 'X-A', 'one\n two'],
      ['i', number(0), 'X-B', ''],
      ['m', number(0), 'Subject', 'new'],
      ['e', '<a@example.org>', 'SIZE=1'],
      ['+', '<b@example.org>'],
      ['2', '<c@example.org>', 'NOTIFY=NEVER'],
      ['-', '<d@example.org>'],
      ['b', Buffer.from('body')],
      ['q', 'suspicious'],
      ['a'],
    );
    assert.equal(state.phase, 'agreed');
    const seen = effects.map((effect) =>
      effect.kind === 'change'
        ? [effect.change.kind, ...Object.values(effect.change).slice(1).map(String)].join(' ')
        : effect.kind === 'answer' && effect.verdict.kind,
    );
    assert.deepEqual(seen, [
      'add-header X-A one\n two',
      'insert-header 0 X-B ',
      'change-header 1 Subject new',
      'change-sender <a@example.org> SIZE=1',
      'add-recipient <b@example.org> ',
      'add-recipient <c@example.org> NOTIFY=NEVER',
      'delete-recipient <d@example.org>',
      'replace-body body',
      'quarantine suspicious',
      'accept',
    ]);
  });

  it('reads a reply of several lines, with percent signs as Sendmail has them', () => {
    const reply = (text: string) => {
      const [effect] = hear(tell(agreed(), MAIL).state, ['y', text]).effects;
      if (effect?.kind === 'mistake') return effect.text;
      return effect?.kind === 'answer' && effect.verdict.kind === 'reply' && effect.verdict.reply;
    };
    assert.deepEqual(reply('550-5.7.1 100%% sure\r\n550 5.7.1 of it'), {
      code: 550,
      enhanced: '5.7.1',
      lines: ['100% sure', 'of it'],
    });
    assert.deepEqual(reply('451 later'), { code: 451, enhanced: '4.7.1', lines: ['later'] });
    assert.deepEqual(reply('550'), { code: 550, enhanced: '5.7.1', lines: [''] });
    for (const bad of ['250 fine', '550 4.7.1 both', 'no', ''])
      assert.match(String(reply(bad)), /malformed reply/, bad);
    assert.deepEqual(reply('550 5.7.1 a\x00b'), { code: 550, enhanced: '5.7.1', lines: ['a'] });
    assert.deepEqual(reply('550 5.7.1 a\x1b[1mñ'), { code: 550, enhanced: '5.7.1', lines: ['a?[1m?'] });
  });

  it('takes rubbish, and what comes at the wrong time, as the mistake that it is', () => {
    const wrong: readonly SaidPacket[] = [['z'], ['c', 'x'], ['p', 'x'], ['h', 'X-A', 'before the end'], ['s'], ['f']];
    for (const said of wrong) {
      const { state, effects } = hear(tell(agreed(), MAIL).state, said);
      assert.equal(state.phase, 'broken', said[0]);
      assert.equal(effects.at(-1)?.kind, 'mistake', said[0]);
    }
    for (const said of [
      ['h', Buffer.from('no end')],
      ['m', 'X'],
      ['+', 'a', 'b', 'c'],
    ] as const) {
      const { state } = hear(tell(agreed(), { step: 'end-of-message' }).state, said);
      assert.equal(state.phase, 'broken', said[0]);
    }
    assert.equal(hear(agreed(), ['c']).state.phase, 'broken');
  });

  it('does not read packets of no length, or of any length', () => {
    for (const length of [0, LARGEST_PACKET_OCTETS + 1, 0xffffffff]) {
      const reader = new PacketReader();
      reader.push(number(length));
      assert.equal(reader.next().ok, false);
    }
  });

  it('sends nothing that would be read as something else [T2]', () => {
    const header = formatCommand({ step: 'header', name: 'X\0Y', value: Buffer.from('a\0b') });
    assert.equal(header.subarray(5).toString(), 'X?Y\0a?b\0');
    const macros = formatMacros('mail', ['i'], new Map([['i', 'a\0{auth_authen}\0root']]));
    assert.equal(macros.subarray(5).toString(), 'Mi\0a?{auth_authen}?root\0');
    const connect = formatCommand({ step: 'connect', host: 'mx.example.org', address: '2001:db8::1', port: 258 });
    assert.equal(connect.subarray(5).toString('latin1'), 'mx.example.org\x006\x01\x022001:db8::1\0');
  });
});
