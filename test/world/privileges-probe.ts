// What a process of the roster may not do. Started as the supervisor starts them; says what it tried and what came of it.

import { readFileSync, writeFileSync } from 'node:fs';

const [outside = '', secret = ''] = process.argv.slice(2);

function tried(attempt: () => unknown): string {
  try {
    attempt();
    return 'done';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

process.send?.(
  {
    uid: process.getuid?.(),
    gid: process.getgid?.(),
    groups: process.getgroups?.(),
    setuid: tried(() => process.setuid?.(0)),
    setgid: tried(() => process.setgid?.(0)),
    setgroups: tried(() => process.setgroups?.([0])),
    write: tried(() => writeFileSync(outside, 'x')),
    read: tried(() => readFileSync(secret)),
    notifySocket: process.env['NOTIFY_SOCKET'],
    home: process.env['HOME'],
    environment: Object.keys(process.env).sort(),
  },
  () => process.disconnect(),
);
