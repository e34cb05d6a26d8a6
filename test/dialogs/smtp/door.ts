// The SMTP service over a small, plain door: two users at valija.test, passwords that are their names. What is decided
// about a message is not the matter here, only how the protocol carries it.

import type { ReversePath, SenderParameters, SessionFacts } from '#mail/acceptance/envelope.ts';
import type { Acceptance, Transaction } from '#mail/acceptance/transaction.ts';
import type { Login, LoginStep } from '#mail/login/exchange.ts';
import type { Verdict } from '#mail/policy/verdict.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { ConnectionFacts } from '#mail/ports/connection.ts';
import type { Account } from '#mail/ports/directory.ts';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { Profile } from '#protocols/smtp/profile.ts';
import { GO_AHEAD, reply } from '#protocols/smtp/reply.ts';
import type { TlsLevel } from '#protocols/smtp/tls-level.ts';
import { DEFAULT_SMTP_SERVICE_LIMITS, type SmtpServiceLimits } from '#services/smtp/limits.ts';
import type { PregreetWorld } from '#services/smtp/pregreet.ts';
import { serveSmtp } from '#services/smtp/serve.ts';
import { fixedClock } from '../../world/clock.ts';
import { connectionPair, type PairClient, type PairOptions } from '../../world/connection-pair.ts';
import { type MemoryContentStore, memoryContentStore } from '../../world/content.ts';
import { type CollectingLog, collectingLog } from '../../world/log.ts';

export interface TakenMessage {
  readonly session: SessionFacts;
  readonly reversePath: ReversePath;
  readonly parameters: SenderParameters;
  readonly recipients: string[];
  readonly octets: string;
}

export interface Door {
  readonly client: PairClient;
  readonly taken: TakenMessage[];
  readonly abandoned: string[];
  readonly contentStore: MemoryContentStore;
  readonly log: CollectingLog;
  /** Resolves when the service has let go of the connection. */
  readonly over: Promise<void>;
}

export interface DoorOptions extends PairOptions {
  readonly profile?: Profile['name'];
  readonly tlsLevel?: TlsLevel;
  readonly limits?: Partial<SmtpServiceLimits>;
  readonly acceptance?: Partial<Acceptance>;
  readonly login?: Login;
  readonly clock?: Clock;
  readonly delay?: (ms: number) => Promise<void>;
  readonly pregreet?: PregreetWorld;
  readonly nameClient?: (facts: ConnectionFacts) => Promise<void>;
}

const MECHANISMS = ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256', 'PLAIN', 'LOGIN'];

export function openDoor(options: DoorOptions = {}): Door {
  const profile = options.profile ?? 'smtp';
  const { server, client } = connectionPair({ implicitTls: profile === 'submissions', ...options });
  const taken: TakenMessage[] = [];
  const abandoned: string[] = [];
  const contentStore = memoryContentStore();
  const log = collectingLog();
  const over = serveSmtp(server, {
    profile,
    tlsLevel: options.tlsLevel ?? 'may',
    hostname: 'mail.valija.test',
    acceptance: { ...plainAcceptance(taken, abandoned), ...options.acceptance },
    login: options.login ?? plainLogin(),
    contentStore,
    log,
    clock: options.clock ?? fixedClock(),
    delay: options.delay ?? (async () => undefined),
    pregreet: options.pregreet,
    nameClient: options.nameClient,
    limits: { ...DEFAULT_SMTP_SERVICE_LIMITS, ...options.limits },
  });
  return { client, taken, abandoned, contentStore, log, over };
}

export function plainAcceptance(taken: TakenMessage[], abandoned: string[]): Acceptance {
  const permit = (answer: Verdict['reply']): Verdict => ({ outcome: 'permit', rule: 'permit', reply: answer });
  return {
    asksAtData: false,
    async decideConnection(session) {
      const word = session.profile === 'lmtp' ? 'LMTP' : 'ESMTP';
      return permit({ code: 220, lines: [`mail.valija.test ${word} Valija`] });
    },
    async decideGreeting() {
      return permit({ code: 250, lines: ['mail.valija.test'] });
    },
    leave: () => undefined,
    async openTransaction(session, reversePath, parameters) {
      if (reversePath?.domain === 'banned.example') {
        const answer = reply(550, '5.7.1', 'Sender refused');
        return { verdict: { outcome: 'reject', rule: 'check_sender_access', reply: answer }, transaction: undefined };
      }
      const recipients: string[] = [];
      const transaction: Transaction = {
        queueId: `Q${taken.length + 1}`,
        async addRecipient(address) {
          if (address.domain === 'slow.valija.test') {
            return { outcome: 'defer', rule: 'greylisting', reply: reply(450, '4.7.1', 'Try again later') };
          }
          if (address.domain !== 'valija.test' && address.domain !== 'mail.valija.test') {
            const answer = reply(554, '5.7.1', 'Relay access denied');
            return { outcome: 'reject', rule: 'reject_unauth_destination', reply: answer };
          }
          if (!/^(?:usuario\d+|postmaster)$/.test(address.localPart)) {
            return { outcome: 'reject', rule: 'reject_unlisted_recipient', reply: reply(550, '5.1.1', 'User unknown') };
          }
          recipients.push(formatAddrSpec(address));
          return permit(reply(250, '2.1.5', 'Ok'));
        },
        async decideData() {
          return permit(GO_AHEAD);
        },
        async decideContent(content) {
          const octets = (await content.read(0, content.sizeBytes)).toString('latin1');
          taken.push({ session, reversePath, parameters, recipients, octets });
          const each = session.profile === 'lmtp' ? recipients : ['all'];
          return {
            queueId: this.queueId,
            outcome: 'permit',
            replies: each.map(() => reply(250, '2.0.0', `Ok: queued as ${this.queueId}`)),
          };
        },
        abandon(reason) {
          abandoned.push(reason);
        },
      };
      return { verdict: permit(reply(250, '2.1.0', 'Ok')), transaction };
    },
  };
}

/** SCRAM is shown as it looks to the protocol: a challenge, and something to say at the end. */
export function plainLogin(): Login {
  const accepted = (login: string, mechanism: string, data?: Buffer): LoginStep => {
    const id = `${login}@valija.test` as AccountId;
    const account: Account = { id, displayName: undefined, addresses: [id], disabled: false, quotaBytes: 0 };
    return { kind: 'accepted', account, mechanism, data };
  };
  const check = (login: string, password: string, mechanism: string, data?: Buffer): LoginStep =>
    login === password ? accepted(login, mechanism, data) : { kind: 'rejected', reason: 'invalid-credentials' };
  return {
    mechanisms: ({ tls, service }) => (tls === undefined || service === 'smtp' ? [] : MECHANISMS),
    password: async (login, password) => check(login, password, 'PLAIN'),
    begin(mechanism) {
      const said: string[] = [];
      return {
        async next(response) {
          if (response === 'cancel') return { kind: 'rejected', reason: 'cancelled' };
          if (response !== undefined) said.push(response.toString());
          if (mechanism === 'PLAIN') {
            const [, login, password] = (said[0] ?? '').split('\0');
            if (said.length === 0) return { kind: 'challenge', data: Buffer.alloc(0) };
            if (login === undefined || password === undefined) return { kind: 'rejected', reason: 'malformed' };
            return check(login, password, mechanism);
          }
          if (said.length === 0) return { kind: 'challenge', data: Buffer.from('Username:') };
          if (said.length === 1) return { kind: 'challenge', data: Buffer.from('Password:') };
          const verifier = mechanism === 'SCRAM-SHA-256' ? Buffer.from('v=proof') : undefined;
          return check(said[0] ?? '', said[1] ?? '', mechanism, verifier);
        },
      };
    },
  };
}
