// One recorded message at the real pipeline once more, by other settings: what would be decided now, as far as what was
// recorded says.

import { replyText } from '#mail/acceptance/log-lines.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { Account } from '#mail/ports/directory.ts';
import type { Moment } from '#mail/restrictions/judge-command.ts';
import { type PlayedWorld, playOut } from '../play-out.ts';
import { type Exchange, Transcript } from '../transcript.ts';
import { NotRecorded } from './not-recorded.ts';
import { recordedContent } from './recorded-content.ts';
import type { JudgedThen, RecordedMessage } from './recorded-message.ts';
import { recordedWorld } from './recorded-world.ts';

export type JudgedNow = Omit<JudgedThen, 'facts'>;

export interface ReplayedMessage {
  readonly verdicts: readonly JudgedNow[];
  /** Where it could not go on, and what for. */
  readonly missing: { readonly stage: Moment; readonly subject: string; readonly what: string } | undefined;
}

export async function replayMessage(world: PlayedWorld, message: RecordedMessage): Promise<ReplayedMessage> {
  const transcript = new Transcript();
  const what = await playOut(
    { ...world, acceptance: recordedWorld(world.acceptance, message) },
    scriptOf(message),
    transcript,
  )
    .then(() => undefined)
    .catch(whatIsMissing);
  const verdicts = transcript.exchanges.flatMap(verdictsOf);
  const last = transcript.exchanges.at(-1);
  if (what === undefined || last === undefined) return { verdicts, missing: undefined };
  return { verdicts, missing: { ...momentOf(last.command), what } };
}

function whatIsMissing(error: unknown): string {
  if (error instanceof NotRecorded) return error.what;
  throw error;
}

function scriptOf(message: RecordedMessage): Parameters<typeof playOut>[1] {
  const { atMs, clientAddress, greeting, tls, account, sender, recipients, content, verdicts } = message;
  const declared = verdicts.find(({ stage }) => stage === 'sender')?.facts['declaredSizeBytes'];
  return {
    ...{ atMs, clientAddress, greeting, tls, recipients },
    clientName: undefined,
    login: account === undefined ? undefined : { name: account, account: accountOf(account) },
    sender: sender === undefined ? undefined : { address: sender, sizeBytes: numberOf(declared) },
    content: content && recordedContent(content),
  };
}

/** Whoever logged in then, did. */
function accountOf(id: string): Account {
  return { id: id as AccountId, displayName: undefined, addresses: [], disabled: false, quotaBytes: 0 };
}

function numberOf(fact: string | number | boolean | undefined): number | undefined {
  return typeof fact === 'number' ? fact : undefined;
}

/** What rules judged, and what the protocol itself refused. */
function verdictsOf({ command, replies, events }: Exchange): readonly JudgedNow[] {
  const judged = events.flatMap((event): JudgedNow[] => {
    if (event.kind !== 'judged') return [];
    const { stage, subject, outcome, rule, reply, origin } = event;
    const place = origin && `${origin.list}: ${origin.element}`;
    return [{ stage, subject, outcome, rule, reply, ...(place !== undefined && { place }) }];
  });
  const last = replies.at(-1);
  if (judged.length > 0 || last === undefined) return judged;
  const outcome = last.code < 400 ? 'permit' : last.code < 500 ? 'defer' : 'reject';
  const { stage, subject } = momentOf(command);
  return [{ stage, subject, outcome, rule: outcome === 'permit' ? 'permit' : undefined, reply: replyText(last) }];
}

function momentOf(command: string): { readonly stage: Moment; readonly subject: string } {
  const [verb = ''] = command.split(' ');
  const stage = MOMENTS[verb] ?? 'greeting';
  const path = /<.*>/.exec(command)?.[0] ?? '';
  return { stage, subject: stage === 'recipient' || stage === 'sender' ? path : '' };
}

const MOMENTS: Readonly<Record<string, Moment>> = {
  '': 'connection',
  MAIL: 'sender',
  RCPT: 'recipient',
  DATA: 'data',
  '.': 'content',
};
