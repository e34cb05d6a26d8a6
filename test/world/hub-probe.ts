// A process that others connect to, for tests that play the supervisor: asked with {want: USER}, it asks that user's
// mailbox process something, and says what came of it.

import { askAgain } from '#platform/ipc/ask-again.ts';
import { linkToSupervisor } from '#processes/supervisor-link.ts';

await using link = linkToSupervisor('the probe');
link.peers.open();
process.on('message', (value: { readonly want?: string }) => {
  if (value.want !== undefined) void ask(value.want);
});
await link.stopped();

async function ask(user: string): Promise<void> {
  try {
    await askAgain(
      () => link.peers.channelTo('mailbox', user),
      (channel) => channel.ask('no-such-question', {}),
    );
  } catch (error) {
    process.send?.({ user, answer: error instanceof Error ? error.message : String(error) });
  }
}
