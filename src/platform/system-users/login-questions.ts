// Logins of the machine's users over a private stream: the worker asks, the authenticator answers.

import { oneOf, shape, textOf } from '#base/shape.ts';
import { WorldError } from '#base/world-error.ts';
import type { Channel } from '#platform/ipc/channel.ts';
import type { ShadowLogin } from './shadow-login.ts';

const CHECK_LOGIN = 'check-login';
const LONGEST_WORD = 4_096;

const isQuestion = shape({ account: textOf(LONGEST_WORD), secret: textOf(LONGEST_WORD) });
const isAnswer = shape({ answer: oneOf('yes', 'no', 'later') });

/** In the authenticator. */
export function serveLogins(channel: Channel, login: ShadowLogin): void {
  channel.serve(CHECK_LOGIN, async (head) => {
    if (!isQuestion(head)) throw new WorldError('a login that is none', { transient: false });
    return { head: { answer: await login.check(head.account, head.secret) } };
  });
}

/** In the worker. */
export function createRemoteLogin(authenticator: () => Promise<Channel>): ShadowLogin {
  return {
    async check(account, secret) {
      // Nobody has such a name or such a secret, and no frame has room for it.
      if (account.length > LONGEST_WORD || secret.length > LONGEST_WORD) return 'no';
      const { head } = await (await authenticator()).ask(CHECK_LOGIN, { account, secret });
      if (!isAnswer(head)) throw new WorldError('an answer of the authenticator', { transient: true });
      return head.answer;
    },
  };
}
