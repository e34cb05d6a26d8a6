// The machine's log, where systemd started us and reads our standard error: one datagram a line, as syslog(3) sends it. So each
// line has the name of its program there (`postfix/smtpd`), as those of Postfix have, for journalctl, fail2ban and pflogsumm.

import { fstatSync } from 'node:fs';
import { WorldError } from '#base/world-error.ts';
import { openDatagrams, type SendDatagram } from '#platform/native/datagrams.ts';

const STANDARD_ERROR = 2;
/** Where `/dev/log` leads to. */
const SOCKET = '/run/systemd/journal/dev-log';

/** `undefined` where standard error is not systemd's journal (systemd.exec(5), JOURNAL_STREAM), or cannot be spoken to. */
export function openSystemLog(
  { JOURNAL_STREAM }: NodeJS.ProcessEnv,
  descriptor: number = STANDARD_ERROR,
  socket: string = SOCKET,
): SendDatagram | undefined {
  if (JOURNAL_STREAM === undefined) return undefined;
  const { dev, ino } = fstatSync(descriptor);
  if (JOURNAL_STREAM !== `${dev}:${ino}`) return undefined;
  try {
    return openDatagrams(socket);
  } catch (error) {
    if (error instanceof WorldError) return undefined;
    throw error;
  }
}
