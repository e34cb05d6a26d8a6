// `queue.*`: the queue over the control socket. A list is asked for by the page, and long lists of recipients come in
// pieces, each with the message it belongs to: a line of the socket has room for only so many.

import { err, ok, type Result } from '#base/result.ts';
import type { ControlFault, ControlMethod } from '#mail/ports/control-method.ts';
import {
  QUEUE_ACTIONS,
  QUEUE_STATES,
  type QueueAdmin,
  type QueuedMessageListing,
  type QueueFilter,
} from '#mail/ports/queue-admin.ts';
import { given, method, type Params } from './params.ts';

const PAGE = 100;
const LONGEST_PAGE = 1_000;
const RECIPIENTS_IN_PIECE = 40;
const LONGEST_REASON_CHARS = 1_000;
const MOST_DESTINATIONS = 100;

export function queueMethods(queue: QueueAdmin): readonly (readonly [string, ControlMethod])[] {
  return [
    [
      'queue.list',
      method(async (params) => {
        const limit = Math.min(Math.max(1, params.optionalNumber('limit') ?? PAGE), LONGEST_PAGE);
        const page = await queue.list(filterOf(params), params.optionalText('afterId') ?? '', limit);
        return ok(page.flatMap(inPieces));
      }),
    ],
    ['queue.show', method(async (params) => ok(inPiecesOrNone(await queue.show(params.text('queueId')))))],
    ['queue.counts', method(async () => ok(await queue.counts()))],
    ['queue.destinations', method(async () => ok(await queue.destinations(MOST_DESTINATIONS)))],
    [
      'queue.flush',
      method(async () => {
        await queue.flush();
        return ok({});
      }),
    ],
    ...QUEUE_ACTIONS.map(
      (action) => [`queue.${action}`, method(async (params) => act(queue, action, params))] as const,
    ),
  ];
}

/** Never by an empty filter, but where it says so: a slip must not delete everything. */
async function act(
  queue: QueueAdmin,
  action: (typeof QUEUE_ACTIONS)[number],
  params: Params,
): Promise<Result<unknown, ControlFault>> {
  const queueIds = params.optionalTexts('queueIds');
  if (queueIds !== undefined) return ok({ changed: await queue.act(action, { queueIds }) });
  const filter = filterOf(params);
  if (Object.keys(filter).length === 0 && params.optionalBoolean('all') !== true) {
    return err({ code: 'bad-request', message: 'queueIds, a filter, or all must be given' });
  }
  return ok({ changed: await queue.act(action, { filter }) });
}

function filterOf(params: Params): QueueFilter {
  return given({
    sender: params.optionalText('sender'),
    recipient: params.optionalText('recipient'),
    domain: params.optionalText('domain'),
    arrivedBeforeMs: params.optionalNumber('arrivedBeforeMs'),
    state: params.optionalWord('state', QUEUE_STATES),
  });
}

function inPiecesOrNone(listing: QueuedMessageListing | undefined): QueuedMessageListing[] {
  return listing === undefined ? [] : inPieces(listing);
}

function inPieces({ recipients, ...message }: QueuedMessageListing): QueuedMessageListing[] {
  const said = recipients.map(({ reason, ...each }) =>
    reason === undefined ? each : { ...each, reason: reason.slice(0, LONGEST_REASON_CHARS) },
  );
  const pieces: QueuedMessageListing[] = [];
  for (let at = 0; at === 0 || at < said.length; at += RECIPIENTS_IN_PIECE) {
    pieces.push({ ...message, recipients: said.slice(at, at + RECIPIENTS_IN_PIECE) });
  }
  return pieces;
}
