// Milters of a replay: each says again what it was written down to have said; of what it permitted, nothing was.

import type { DoorMilters, MilterPorts } from '#mail/milters/door-milters.ts';
import type { Milter, MilterAnswer, MilterLink } from '#mail/ports/milter.ts';
import type { Moment } from '#mail/restrictions/judge-command.ts';
import type { MilterCommand } from '#protocols/milter/command.ts';
import { parseReplyText } from '#protocols/milter/reply-text.ts';
import { NotRecorded } from './not-recorded.ts';
import type { RecordedMessage } from './recorded-message.ts';

const STAGES: Readonly<Partial<Record<MilterCommand['step'], Moment>>> = {
  connect: 'connection',
  helo: 'greeting',
  mail: 'sender',
  recipient: 'recipient',
  data: 'data',
  'end-of-message': 'content',
};

export function recordedMilters({ list }: DoorMilters, message: RecordedMessage): MilterPorts {
  return {
    dialer: { open: (milter) => recordedLink(milter, list, message) },
    contentStore: {
      openWriter() {
        throw new NotRecorded('the body that a milter wrote');
      },
    },
  };
}

function recordedLink({ name }: Milter, list: string, { verdicts }: RecordedMessage): MilterLink {
  // What was said of a field that it wrote comes to the same.
  const places = [list, 'milter_header_checks'].map((setting) => `${setting}: ${name}`);
  const said = verdicts.filter(({ place, outcome }) => places.includes(place ?? '') && outcome !== 'permit');
  return {
    agreement: undefined,
    tell(command): MilterAnswer {
      const stage = STAGES[command.step];
      const subject = 'words' in command && command.step === 'recipient' ? command.words[0] : undefined;
      const then = said.find((verdict) => verdict.stage === stage && (subject ?? verdict.subject) === verdict.subject);
      const reply = then && parseReplyText(Buffer.from(then.reply));
      return reply?.ok ? { kind: 'reply', reply: reply.value } : { kind: 'continue' };
    },
    abort: () => undefined,
    quit: () => undefined,
  };
}
