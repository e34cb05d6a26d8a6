// The story in English.

import { unreachable } from '#base/unreachable.ts';
import { tellCheckInEnglish } from './checks-english.ts';
import { isForRecipient } from './event.ts';
import { tellFindingsInEnglish } from './findings-english.ts';
import { type EventOf, formatBytes, formatMinutes, formatRelay, joinSentence, type StoryPhrases } from './phrases.ts';
import { ENGLISH_RULES } from './rules-english.ts';
import { securityInEnglish } from './security-english.ts';
import type { StoryEnd } from './story-end.ts';

const LOCALE = 'en-GB';

const DOORS: StoryPhrases['doors'] = {
  smtp: 'the door where other servers bring mail (SMTP)',
  submission: 'the door where our own users send mail (submission, STARTTLS)',
  submissions: 'the door where our own users send mail (submission, TLS from the first byte)',
  lmtp: 'the door for mail from a server of our own house (LMTP)',
  local: 'the sendmail command of this machine',
  own: 'this server itself',
};

const STAGES = {
  connection: 'the connection from',
  greeting: 'the greeting',
  sender: 'the sender',
  recipient: 'the recipient',
  data: 'the beginning of the message',
  content: 'the message',
} as const;

const OUTCOMES = { permit: 'accepted', reject: 'refused for good', defer: 'put off' } as const;

const LOGIN_REASONS: Readonly<Record<string, string>> = {
  'invalid-credentials': 'name or password were wrong',
  'unknown-account': 'there is no such account',
  'wrong-password': 'the password was wrong',
  'no-password': 'the account has no password',
  'no-keys': 'the account has no keys for SCRAM, only another kind of hash: PLAIN would do',
  throttled: 'there had been too many failures before',
  disabled: 'the account is disabled',
  unavailable: 'the directory could not be asked',
  malformed: 'the client broke the rules of the mechanism',
  cancelled: 'the client broke it off',
  'mechanism-unknown': 'the mechanism is not known here',
  'not-that-identity': 'the account may not act as that identity',
  'wrong-proof': 'the proof of the password was wrong',
  'channel-binding-unsupported': 'it was to be bound to the connection in a way that this server does not know',
  'channel-binding-downgraded':
    'somebody in between had hidden from the client that logins are bound to the connection here',
  'channel-binding-mismatch': 'it was bound to another connection: somebody in between has passed it on',
  'no-token': 'the client had no token yet, and asked where to get one',
  'token-malformed': 'the token is no JSON Web Token',
  'token-of-unknown-issuer': 'the token is of an issuer that is not in the settings',
  'token-algorithm-refused': 'the token is signed in a way that the settings do not allow',
  'token-bad-signature': 'the signature of the token is wrong',
  'token-key-unknown': 'the key that the token names is not one of its issuer',
  'token-names-no-key': 'the token does not say which of the keys signed it',
  'token-for-others': 'the token is meant for another service',
  'token-inactive': 'the issuer says that the token does not hold, or no more',
  'token-expired': 'the token has expired',
  'token-without-end': 'the token does not say when it expires',
  'token-not-yet-valid': 'the token is not valid yet',
  'token-claims-wrong': 'what the token claims does not fit',
  'token-without-scope': 'the token is not good for mail',
  'token-names-nobody': 'the token does not say whose it is',
  'token-address-unverified': 'the issuer has not verified the address in the token',
};

const ABANDONED: Readonly<Record<string, string>> = {
  reset: 'the client took it back (RSET, or a new greeting)',
  disconnected: 'the connection ended before the message did',
  'too-large': 'it was larger than this server takes',
  failed: 'this server could not store it',
};

const NOTIFIED = {
  failed: 'that it could not be delivered, and why',
  delivered: 'that it was delivered',
  relayed: 'that it went on to a server that sends no receipts',
  expanded: 'that it went on to the addresses behind an alias',
} as const;

const CHANGES: Readonly<Record<string, string>> = {
  added: 'added',
  removed: 'removed',
  rewrote: 'rewritten',
  changed: 'changed',
  replaced: 'replaced',
};

export const ENGLISH: StoryPhrases = {
  locale: LOCALE,
  doors: DOORS,
  rules: ENGLISH_RULES,
  events: {
    connected: ({ clientAddress, clientPort, serverPort, profile }) =>
      `A client at ${clientAddress} (its port ${clientPort}) connected to port ${serverPort}, ${DOORS[profile]}.`,
    greeted: ({ helo, extended }) =>
      `It introduced itself as «${helo}»${extended ? '' : ', with the old HELO that knows no extensions'}.`,
    secured: ({ tls }) => `The connection was encrypted: ${tls.version} with ${tls.cipher} (${tls.bits} bits).`,
    authenticated: ({ account, mechanism }) => `It logged in as ${account} (${mechanism}).`,
    'authentication-failed': ({ login, mechanism, reason, service, clientAddress }) =>
      `A login${login === undefined ? '' : ` as «${login}»`} (${mechanism})${
        service === undefined ? '' : `, from ${clientAddress} at ${service},`
      } failed: ${LOGIN_REASONS[reason] ?? reason}.`,
    posted: ({ user }) =>
      user === undefined
        ? 'This server wrote it itself.'
        : `${user}, a user of this machine, sent it with the sendmail command.`,
    joined: () => undefined,
    judged: ({ stage, subject, outcome, reply }) =>
      stage === 'content' && outcome === 'permit'
        ? `We looked at the whole message: accepted. As soon as it is safe, the answer is «${reply}».`
        : `We looked at ${STAGES[stage]}${isForRecipient(stage, subject) ? ' for' : ''} ${subject}: ${OUTCOMES[outcome]}. We answered «${reply}».`,
    checked: (known) => `We asked. ${tellCheckInEnglish(known)}.`,
    routed: ({ recipient }) => `Where does <${recipient}> lead?`,
    received: ({ messageId, subject, from, sizeBytes }) =>
      joinSentence([
        `The whole message was here, ${formatBytes(sizeBytes, LOCALE)}`,
        ...(from === undefined ? [] : [`from «${from}»`]),
        ...(subject === undefined ? ['without a subject'] : [`with the subject «${subject}»`]),
        ...(messageId === undefined ? [] : [`Message-ID ${messageId}`]),
      ]),
    'sender-checked': () => 'Is the sender who it says? We asked the DNS, and read the signatures:',
    amended: ({ change, milter }) => {
      const [verb = '', ...field] = change.split(' ');
      const what = `${field.join(' ')} was ${CHANGES[verb] ?? verb}.`;
      return milter === undefined ? `We changed its header: ${what}` : `${milter} changed the message: ${what}`;
    },
    planned: (event) =>
      event.action === 'file'
        ? `The plan for <${event.recipient}>: file the message in ${event.mailbox} of ${event.account}.`
        : `The plan for <${event.recipient}>: hand the message on by the queue, to ${event.nextHop}.`,
    milter: ({ milter, wish, reason }) => tellMilter(milter, wish, reason),
    'milter-failed': ({ text }) => `A milter could not be asked: ${text}. What follows, milter_default_action says.`,
    discarded: () =>
      'It was accepted and thrown away, as an access table, a policy service or a milter says (DISCARD).',
    committed: ({ durationMs }) =>
      `It was safe on the disk, ${durationMs} ms after the decision: now we said yes (a 250 is a promise).`,
    filed: ({ recipient, account, mailbox, uid, delayMs }) =>
      `For <${recipient}> it was filed in ${mailbox} of ${account} as number (UID) ${uid}, ${delayMs} ms after it began.`,
    attempted: ({ destination, recipients }) =>
      `We began to deliver it to ${destination}${recipients === 1 ? '' : `, for ${recipients} recipients at once`}.`,
    relayed: ({ recipient, relay, reply, tls, delayMs }) =>
      `For <${recipient}> the server ${relay} took it, ${delayMs} ms after it began${tls === undefined ? '' : ` (encrypted: ${tls})`}, and said «${reply}». From here on it answers for the message.`,
    delivered: ({ recipient, destination, text, delayMs }) =>
      `For <${recipient}> it was delivered to ${destination}, ${delayMs} ms after it began: ${text}.`,
    deferred: ({ recipient, relay, reason, retryInMs }) =>
      `For <${recipient}> it could not be delivered yet${formatRelay(relay, reason)}: «${reason}». ${
        retryInMs === undefined
          ? 'There will be no further attempt.'
          : `It stays in the queue; the next attempt comes in ${formatMinutes(retryInMs, LOCALE)}.`
      }`,
    bounced: ({ recipient, relay, reason }) =>
      `For <${recipient}> it cannot be delivered, now or later${formatRelay(relay, reason)}: «${reason}».`,
    expired: ({ recipient }) => `For <${recipient}> its time in the queue was over: we gave it up.`,
    held: ({ onArrival }) =>
      onArrival === true
        ? 'It is on hold, as an access table, a policy service or a milter says (HOLD): it waits in the queue until it is released.'
        : 'An administrator put it on hold: nothing happens to it until it is released.',
    released: () => 'An administrator released it.',
    deleted: () => 'An administrator deleted it from the queue; nobody is told.',
    'delayed-warning': ({ to, queueId }) =>
      `We told <${to}> that it is late, and that we go on trying (message ${queueId}).`,
    notified: ({ about, to, queueId }) => `We told <${to}> ${NOTIFIED[about]} (message ${queueId}).`,
    abandoned: ({ reason }) => `The message was never finished: ${ABANDONED[reason] ?? reason}.`,
  },
  steps: {
    address: 'an address of an account',
    'plus-address': 'an address with a detail behind the +',
    'catch-all': 'no such address; the catch-all of the domain takes it',
    alias: 'an alias',
    again: 'already seen on the way',
    unknown: 'nobody here has this address',
    disabled: 'the account is disabled',
    'domain-disabled': 'the domain is disabled',
    elsewhere: 'an address of another server',
    canonical: 'canonical_maps know it by another name',
    'virtual-alias': 'an alias in virtual_alias_maps',
    'local-alias': 'an alias in alias_maps',
    'luser-relay': 'nobody here has this name; luser_relay takes it',
    'mailbox-transport': 'a name of this machine; mailbox_transport takes its mail',
    'fallback-transport': 'nobody here has this name; fallback_transport takes it',
    'unknown-name': 'local_recipient_maps let it in, and nobody here has this name: it goes back',
    'double-bounce': 'nobody reads what is sent to the sender of our own questions and notices',
    postmaster: 'somebody always reads postmaster’s mail',
    'system-user': 'a user of this machine',
    'virtual-mailbox': 'a mailbox in virtual_mailbox_maps',
    pipe: 'an alias gives it to a command',
    'mail-file': 'an alias puts it into a file',
    relay: 'we take mail for this domain, and hand it on (relay_domains)',
    relayhost: 'an address of another server, reached through the relay host',
    transport: 'transport_maps, or the transport of its class, say where it goes',
    srs: 'mail that we forwarded comes back, to whom it came from',
    'srs-malformed': 'looks like mail that we forwarded, and is not readable',
    'srs-forged': 'looks like mail that we forwarded, but is not signed by us',
    'srs-too-old': 'mail that we forwarded, but too long ago',
    broken: 'a table says what nobody can follow',
  },
  findings: tellFindingsInEnglish,
  security: securityInEnglish,
  check: tellCheckInEnglish,
  unknownRule: 'This version has no explanation for this rule.',
  factNames: {
    route: 'where it leads',
    addressClass: 'class of the domain',
    room: 'room in the mailbox',
    trust: 'the client is',
    verification: 'its server says',
    verified: 'in the words',
    declaredSizeBytes: 'declared size in bytes',
    sizeBytes: 'size in bytes',
    hops: 'servers on the way',
    login: 'logged in as',
    count: 'counted',
    limit: 'limit',
    network: 'network',
  },
  factWords: {
    stranger: 'a stranger',
    mynetworks: 'in mynetworks',
    own: 'this server itself',
    enough: 'enough',
    full: 'none',
    never: 'the message is larger than all of it',
    'unknown-user': 'nobody here has this address',
    'broken-table': 'a table is broken',
    foreign: 'another server’s',
    hosted: 'ours, in the directory',
    local: 'ours, of the machine',
    relay: 'one that we hand on',
    'virtual-alias': 'ours, aliases only',
    'virtual-mailbox': 'ours, mailboxes of tables',
    deliverable: 'it can be delivered',
    undeliverable: 'it would not take it',
    disabled: 'disabled',
    'alias-loop': 'aliases in a circle',
    'alias-limit': 'too many aliases',
  },
  settingPlace: ({ file, line }) => `${file}, line ${line}`,
  isDefault: 'the default',
  labels: {
    rule: 'Rule',
    why: 'Why',
    facts: 'What was seen',
    checks: 'What was asked',
    setting: 'Setting',
    otherwise: 'What would have changed it',
    way: 'Way',
    end: 'In the end',
  },
  ending: sayEnding,
  outcomes: {
    arrived: 'delivered',
    waiting: 'in the queue',
    failed: 'failed',
    deleted: 'deleted',
    discarded: 'thrown away',
    refused: 'refused',
    deferred: 'put off',
    'login-failed': 'login failed',
    abandoned: 'no message',
    unfinished: 'unfinished',
  },
};

function tellMilter(milter: string, wish: EventOf<'milter'>['wish'], reason: string | undefined): string {
  const why = reason === undefined ? '' : ` («${reason}»)`;
  switch (wish) {
    case 'nothing':
      return `We showed it to ${milter}, which had nothing against it.`;
    case 'discard':
      return `${milter} says that it is to be accepted and thrown away${why}.`;
    case 'hold':
      return `${milter} wants it set apart${why}: in the queue it waits until somebody releases it, in a mailbox here it goes to Junk.`;
    default:
      return unreachable(wish);
  }
}

function sayEnding(end: StoryEnd): string {
  switch (end.kind) {
    case 'arrived':
      return sayArrival(end.mailboxes.join(', '), end.relays.join(', '));
    case 'waiting':
      return 'the message is in the queue; valija queue show tells how it stands.';
    case 'failed':
      return `the message could not be delivered${end.somebodyHasIt ? ' to everybody' : ''}, and its sender ${
        end.senderWasTold ? 'was told' : 'was not told (yet)'
      }.`;
    case 'deleted':
      return `the message was deleted from the queue${end.somebodyHasIt ? ' before everybody had it' : ''}; nobody was told.`;
    case 'discarded':
      return 'the message was accepted and thrown away; nobody has it, and nobody was told.';
    case 'refused':
      return 'the message was refused, and the sender was told why.';
    case 'deferred':
      return 'the message was put off; the sender keeps it and will try again.';
    case 'login-failed':
      return 'the client could not log in, and there was no message.';
    case 'abandoned':
      return 'there was no message.';
    case 'unfinished':
      return 'the message is still on its way in, or the server was stopped meanwhile; nothing was promised.';
    default:
      return unreachable(end);
  }
}

function sayArrival(mailboxes: string, relays: string): string {
  if (relays === '') return `the message was delivered: ${mailboxes}.`;
  if (mailboxes === '') return `the message went on to ${relays}.`;
  return `the message was delivered here: ${mailboxes}; and it went on to ${relays}.`;
}
