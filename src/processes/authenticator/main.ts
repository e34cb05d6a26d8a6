// The authenticator: judges passwords of the machine's users, for it may read /etc/shadow and nobody else of ours may.

import { systemClock } from '#platform/machine/clock.ts';
import { openSystemCrypt } from '#platform/native/system-crypt.ts';
import { openGetent } from '#platform/system-users/getent.ts';
import { serveLogins } from '#platform/system-users/login-questions.ts';
import { createShadowLogin, type ShadowLogin } from '#platform/system-users/shadow-login.ts';
import { linkToSupervisor } from '#processes/supervisor-link.ts';

await using link = linkToSupervisor('the authenticator process');
let opened: ShadowLogin | undefined;
const login: ShadowLogin = {
  // Opened with the first question: where a library is missing, each is answered with what is missing.
  async check(account, secret) {
    opened ??= createShadowLogin(systemClock, openGetent(), openSystemCrypt());
    return await opened.check(account, secret);
  },
};
link.peers.open((_peer, channel) => serveLogins(channel, login));
await link.stopped();
