// Milters as the settings name them, for acceptance and for links alone.

import { mistakeInEnglish } from '#base/mistakes/mistake.ts';
import type { DoorMilters, MilterList, MilterPorts } from '#mail/milters/door-milters.ts';
import type { Milter } from '#mail/ports/milter.ts';
import { steadyClock } from '#platform/machine/clock.ts';
import { createMilterDialer } from '#platform/milter/open-milters.ts';
import { parseMilter } from '#protocols/milter/service-spec.ts';
import { memoryContentStore } from './content.ts';

/** As valija.toml may write it. Generous times: a test waits for what happens. */
export function milterNamed(text: string, settings: Partial<Milter> = {}): Milter {
  const parsed = parseMilter(text);
  if (!parsed.ok) throw new Error(mistakeInEnglish(parsed.error));
  const { name, endpoint, overrides } = parsed.value;
  return {
    ...{ name, endpoint },
    ...{ connectTimeoutMs: 60_000, commandTimeoutMs: 60_000, contentTimeoutMs: 60_000, progressTimeoutMs: 60_000 },
    defaultAction: 'tempfail',
    protocol: { version: 6, noHeaderReply: false },
    macros: {
      connect: ['j', '{daemon_name}', 'v', '_'],
      helo: ['{tls_version}'],
      mail: ['i', '{auth_type}', '{auth_authen}', '{mail_addr}', '{mail_host}', '{mail_mailer}'],
      recipient: ['{rcpt_addr}', '{rcpt_mailer}'],
      data: ['i'],
      'end-of-header': ['i'],
      'end-of-message': ['i'],
    },
    ...settings,
    ...overrides,
  };
}

export function doorMilters(
  milters: readonly (string | Milter)[],
  list: MilterList = 'smtpd_milters',
  tables: Pick<DoorMilters, 'maps' | 'headerChecks'> = {},
): DoorMilters {
  return {
    ...tables,
    list,
    milters: milters.map((each) => (typeof each === 'string' ? milterNamed(each) : each)),
    macros: {
      myhostname: 'mail.valija.test',
      daemonName: 'mail.valija.test',
      version: 'Valija',
      defaults: new Map(),
    },
    seesOwnMail: false,
  };
}

export function milterPorts(): MilterPorts & { readonly contentStore: ReturnType<typeof memoryContentStore> } {
  const resolver = { resolve: async () => ({ kind: 'no-such-name' }) as never };
  return {
    dialer: createMilterDialer({ resolver: resolver as never, nowMs: () => steadyClock.nowMs() }),
    contentStore: memoryContentStore(),
  };
}
