// A peer's side of the private streams: connects to the hub that the supervisor named, and makes sure that it is the hub.

import { connect } from 'node:net';
import { WorldError } from '#base/world-error.ts';
import { Channel } from './channel.ts';
import { readGreeting } from './peer-listener.ts';
import { abstractPath, formatGreeting, GREETING_TIMEOUT_MS, isGreeting } from './peer-proof.ts';

export interface HubPlace {
  /** The hub's row of the roster. */
  readonly hub: string;
  readonly name: string;
  readonly token: string;
}

/** Throws WorldError when nobody is there, or another than the hub. Nothing is heard before the next turn. */
export function connectPeer({ hub, name, token }: HubPlace): Promise<Channel> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path: abstractPath(name), allowHalfOpen: true });
    const fail = (cause: Error) => {
      clearTimeout(timer);
      socket.destroy();
      reject(new WorldError(`the private stream to the ${hub}`, { transient: true, cause }));
    };
    const refused = () => fail(new Error('we were not let in'));
    const timer = setTimeout(() => fail(new Error('no greeting in time')), GREETING_TIMEOUT_MS);
    socket.on('error', fail).on('end', refused).on('close', refused);
    readGreeting(socket, (greeting) => {
      if (!isGreeting(greeting, formatGreeting(token, 'hub'))) return fail(new Error('another program is there'));
      clearTimeout(timer);
      socket.off('error', fail).off('end', refused).off('close', refused);
      resolve(new Channel(socket, `the ${hub}`));
    });
    socket.write(formatGreeting(token, 'peer'));
  });
}
