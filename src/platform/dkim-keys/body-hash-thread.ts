// The body hashing thread's own code: bodies that are under way, each fed piece by piece. See `body-hashes.ts`.

import { unreachable } from '#base/unreachable.ts';
import { answerOrders } from '#platform/machine/answer-orders.ts';
import { BodyHash } from '#protocols/dkim/body-hash.ts';

/** Names a body in all its orders. */
export type BodyNumber = number;

export type BodyHashOrder =
  /** The last one is answered with the hash, and the body is forgotten. */
  | {
      readonly kind: 'piece';
      readonly body: BodyNumber;
      readonly octets: Uint8Array;
      readonly isFirst: boolean;
      readonly isLast: boolean;
    }
  | { readonly kind: 'forget'; readonly body: BodyNumber };

const underWay = new Map<BodyNumber, BodyHash>();

answerOrders((order: BodyHashOrder): Uint8Array | undefined => {
  switch (order.kind) {
    case 'piece':
      return take(order);
    case 'forget':
      underWay.delete(order.body);
      return undefined;
    default:
      return unreachable(order);
  }
});

function take({ body, octets, isFirst, isLast }: Extract<BodyHashOrder, { kind: 'piece' }>): Uint8Array | undefined {
  const hash = isFirst ? new BodyHash('relaxed') : underWay.get(body);
  // A thread that was begun anew knows nothing of what came before.
  if (hash === undefined) throw new Error('the thread broke amid a body');
  hash.update(Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength));
  if (isLast) underWay.delete(body);
  else underWay.set(body, hash);
  return isLast ? hash.digest() : undefined;
}
