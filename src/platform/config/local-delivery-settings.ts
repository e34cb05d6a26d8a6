// Mail of the machine's users, carried out as themselves. Postfix's names and defaults.

import { z } from 'zod';
import { limit, seconds } from './setting-kinds.ts';

export const localDeliverySettings = {
  maildrop_directory: z
    .string()
    .min(1)
    .default('maildrop')
    .describe(
      'Where the `sendmail` command leaves messages for the server; everybody may write there, nobody may look. Relative to `state_directory`.',
    ),
  mail_spool_directory: z.string().min(1).default('/var/mail').describe("Where the mboxes of the machine's users lie."),
  mailbox_size_limit: limit().default(51_200_000).describe('The largest mbox, in bytes; 0 is no limit.'),
  home_mailbox: z
    .string()
    .default('')
    .describe(
      'Where mail of a user of the machine goes at home: "Maildir/", or a file; empty: to `mail_spool_directory`.',
    ),
  mailbox_command: z
    .string()
    .default('')
    .describe('A command that gets the mail of a user of the machine, run by them; empty: none.'),
  command_time_limit: seconds('1000s').describe('How long such a command, or one of `~/.forward`, may run.'),
};
