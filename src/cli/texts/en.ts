// English.

import { configEn } from './config-en.ts';
import { dkimEn } from './dkim-en.ts';
import { doctorEn } from './doctor-en.ts';
import { domainEn } from './domain-en.ts';
import { domainFindingsEn } from './domain-findings-en.ts';
import { journalEn } from './journal-en.ts';
import { labEn } from './lab-en.ts';
import { queueEn } from './queue-en.ts';
import { replayEn } from './replay-en.ts';
import { reportsEn } from './reports-en.ts';
import { routeEn } from './route-en.ts';
import { setupEn } from './setup-en.ts';
import { simulateEn } from './simulate-en.ts';
import { tablesEn } from './tables-en.ts';
import { tlsEn } from './tls-en.ts';
import { whyEn } from './why-en.ts';

export const en = {
  ...routeEn,
  ...journalEn,
  ...tablesEn,
  ...queueEn,
  ...whyEn,
  ...dkimEn,
  ...tlsEn,
  ...doctorEn,
  ...domainEn,
  ...domainFindingsEn,
  ...reportsEn,
  ...configEn,
  ...labEn,
  ...setupEn,
  ...simulateEn,
  ...replayEn,
  'program.description': 'A whole mail server in one program that explains every decision it takes.',
  'program.examples': `Examples:
  valija status
  valija domain add example.org
  valija account add ana@example.org
  valija why 4XyZ123456z0Abc
Exit codes are those of sysexits.h: 0 done, 64 wrong usage, 65 bad data, 66 not found, 69 no server,
73 exists or in use, 75 try later, 77 not permitted, 78 bad configuration.`,
  'help.usage': 'Usage:',
  'help.options': 'Options:',
  'help.global-options': 'Options of every command:',
  'help.arguments': 'Arguments:',
  'help.commands': 'Commands:',
  'help.usage-options': '[options]',
  'help.usage-command': '[command]',
  'help.usage-commands': '[command...]',
  'help.command': 'show help for a command',
  'help.option': 'show help',
  'option.version': 'show the version',
  'option.config': 'the configuration (default: $VALIJA_CONFIG, ./state/valija.toml, /etc/valija/valija.toml)',
  'option.json': 'JSON instead of text',
  'option.lang': 'language of the texts: en or es (default: by LANG)',

  'usage.hint': 'See: {command}',
  'usage.unknown-command': 'there is no command «{name}»',
  'usage.unknown-option': 'there is no option {name}',
  'usage.near': 'Did you mean {names}?',
  'usage.missing-argument': '{name} is missing',
  'usage.option-argument-missing': 'the option {name} needs a value',
  'usage.too-many-arguments': 'too many words: {expected} expected, {received} given',
  'usage.options-conflict': '{one} and {other} exclude each other',
  'usage.invalid-value': '«{value}» is not a value for {name}',
  'usage.choices': 'One of: {choices}',
  'usage.invalid-moment':
    '«{value}» is not a value for {name}; values are: 2h (ago), yesterday, monday, 2026-11-21, 2026-11-21T10:00',
  'usage.invalid-span': '«{value}» is not a value for {name}; values are: 30m, 2h, 5d',
  'usage.invalid-count': '«{value}» is not a value for {name}; values are: whole numbers from {least} to {most}',
  'usage.nothing-asked': 'nothing was asked to be changed; the options are: {options}',
  'usage.password-as-argument': `a password is never given as an argument: other users can see it (ps), and the shell keeps it.
It is asked for at the terminal, or read with --password-stdin:
  valija account password ana@example.org
  pass show ana | valija account password ana@example.org --password-stdin`,

  'config.not-found': `no configuration found; looked for {places}.
Name it with --config FILE or VALIJA_CONFIG. In a checkout, npm start writes a first one.`,
  'config.bad': 'the configuration is not usable:\n{complaints}',

  'machine.forbidden': 'this user may not do that: {reason}. Run the command as the owner of the state, or as root',
  'control.not-permitted': 'this user may not ask the server here ({path}). Run the command as its owner, {owner}.',
  'control.path-too-long':
    'the control socket {path} has a path longer than {most} octets; choose a shorter state_directory',
  'control.no-answer': 'the server does not answer: {reason}',
  'control.unavailable': 'the server cannot do it now: {reason}',
  'control.failed': 'the server failed: {reason}',
  'state.foreign-owner':
    'the state in {folder} belongs to {owner}; as root this command would leave files that the server cannot read.\nRun: sudo -u {owner} valija …',

  'field.domain': 'Domain',
  'field.catch-all': 'Catch-all',
  'field.accounts': 'Accounts',
  'field.aliases': 'Aliases',
  'field.created': 'Created',
  'field.state': 'State',
  'field.account': 'Account',
  'field.name': 'Name',
  'field.addresses': 'Addresses',
  'field.quota': 'Quota',
  'field.password': 'Password',
  'field.source': 'Source',
  'field.problem': 'Problem',
  'field.alias': 'Alias',
  'field.targets': 'Leads to',
  'state.enabled': 'enabled',
  'state.disabled': 'disabled',
  'state.unusable': 'unusable',
  'source.embedded': 'embedded',
  'quota.none': 'no limit',
  'password.none': 'none: cannot log in',
  'password.with-scram': '{scheme}, SCRAM-SHA-256',
  'password.without-scram': '{scheme} (no SCRAM)',

  'argument.domain': 'a domain name, such as example.org',
  'argument.account': "the account's own address, such as ana@example.org",
  'argument.alias': 'the address of the alias, such as sales@example.org',
  'argument.targets': 'one or more addresses, here or elsewhere',
  'option.of-domain': 'only of this domain',

  'domain.description': 'the mail domains of this server',
  'domain.examples': `Examples:
  valija domain add example.org
  valija domain set example.org --catch-all ana@example.org
  valija domain list --json`,
  'domain.add': 'take on a domain',
  'domain.add.examples': `Example:
  valija domain add example.org`,
  'domain.list': 'list the domains',
  'domain.list.examples': `Example:
  valija domain list`,
  'domain.show': 'show one domain',
  'domain.show.examples': `Example:
  valija domain show example.org`,
  'domain.set': 'change a domain',
  'domain.set.examples': `Examples:
  valija domain set example.org --catch-all ana@example.org
  valija domain set example.org --no-catch-all
  valija domain set example.org --disable`,
  'domain.remove': 'remove a domain that has no accounts and no aliases left',
  'domain.remove.examples': `Example:
  valija domain remove example.org`,
  'domain.option.catch-all': 'the account that gets the mail for addresses that do not exist',
  'domain.option.no-catch-all': 'refuse addresses that do not exist',
  'domain.option.disable': 'nobody of the domain logs in, and it takes no mail',
  'domain.option.enable': 'undo --disable',
  'domain.added': 'Domain {name} added.',
  'domain.changed': 'Domain {name} changed.',
  'domain.removed': 'Domain {name} removed.',
  'domain.none': 'No domains yet. Add one with: valija domain add example.org',

  'account.description': 'the people who have mail here',
  'account.examples': `Examples:
  valija account add ana@example.org --name "Ana Gil" --quota 5G
  valija account password ana@example.org
  valija account list --domain example.org`,
  'account.add': 'make an account; the password is asked for',
  'account.add.examples': `Examples:
  valija account add ana@example.org --name "Ana Gil" --quota 5G
  valija account add ana@example.org --password-stdin < file
  valija account add ana@example.org --hash-stdin < hash      (as Dovecot or /etc/shadow has it)
  valija account add ana@example.org --no-password`,
  'account.list': 'list the accounts',
  'account.list.examples': `Example:
  valija account list --domain example.org`,
  'account.show': 'show one account',
  'account.show.examples': `Example:
  valija account show ana@example.org`,
  'account.set': 'change an account',
  'account.set.examples': `Examples:
  valija account set ana@example.org --quota 10G --name "Ana Gil"
  valija account set ana@example.org --add-address ana.gil@example.org
  valija account set ana@example.org --disable`,
  'account.remove': 'remove an account; its mail stays where it is',
  'account.remove.examples': `Example:
  valija account remove ana@example.org`,
  'account.password': 'set the password, which is asked for',
  'account.password.examples': `Examples:
  valija account password ana@example.org
  pass show ana | valija account password ana@example.org --password-stdin
  valija account password ana@example.org --hash-stdin < hash`,
  'account.option.name': 'the name of the person',
  'account.option.quota': 'how much mail it may keep: 500M, 5G; 0 for no limit',
  'account.option.address': 'a further address; may be repeated',
  'account.option.remove-address': 'take an address away; may be repeated',
  'account.option.password-stdin': 'read the password from standard input, one line',
  'account.option.hash-stdin': 'read a hash of another system, such as {SHA512-CRYPT}$6$…; SCRAM will not work for it',
  'account.option.no-password': 'without password: nobody can log in yet',
  'account.option.disable': 'no logins, no mail',
  'account.option.enable': 'undo --disable',
  'account.added': 'Account {name} added.',
  'account.changed': 'Account {name} changed.',
  'account.removed': 'Account {name} removed. Its mail stays where it is.',
  'account.password-set': 'Password of {name} set.',
  'account.none': 'No accounts yet. Add one with: valija account add ana@example.org',
  'account.quota-malformed': '«{given}» is not a size; the form is 500M, 5G, or 0 for no limit',
  'account.password-needed':
    'there is no terminal to ask for a password at; use --password-stdin, --hash-stdin or --no-password',
  'account.password-prompt': 'New password for {name}: ',
  'account.password-again': 'Once more: ',
  'account.password-differs': 'the two passwords differ; nothing was changed',
  'account.password-given-up': 'given up; nothing was changed',
  'account.stdin-empty': 'standard input was empty; nothing was changed',
  'account.stdin-lines': 'standard input has more than one line; a password is one line',
  'account.stdin-too-long': 'standard input is longer than any password; nothing was changed',

  'alias.description': 'addresses that lead to others',
  'alias.examples': `Examples:
  valija alias add sales@example.org ana@example.org luis@example.com
  valija alias list`,
  'alias.add': 'make an alias',
  'alias.add.examples': `Example:
  valija alias add sales@example.org ana@example.org luis@example.com`,
  'alias.list': 'list the aliases',
  'alias.list.examples': `Example:
  valija alias list --domain example.org`,
  'alias.show': 'show one alias',
  'alias.show.examples': `Example:
  valija alias show sales@example.org`,
  'alias.set': 'change where an alias leads',
  'alias.set.examples': `Example:
  valija alias set sales@example.org luis@example.com`,
  'alias.remove': 'remove an alias',
  'alias.remove.examples': `Example:
  valija alias remove sales@example.org`,
  'alias.added': 'Alias {name} added.',
  'alias.changed': 'Alias {name} changed.',
  'alias.removed': 'Alias {name} removed.',
  'alias.none': 'No aliases yet. Add one with: valija alias add sales@example.org ana@example.org',

  'status.description': 'how the server is',
  'status.examples': `Examples:
  valija status
  valija status --json`,
  'status.running': 'Valija {version} runs on {hostname} since {started} ({uptime}), process {pid}.',
  'status.not-running': 'no server runs here ({path}); start it with: valija serve',
  'status.messages': 'Messages: {accepted} accepted, {filed} filed, {refused} refused.',
  'status.service': 'Service',
  'status.address': 'Address',
  'status.port': 'Port',
  'status.sessions': 'Sessions',
  'status.sessions-total': 'Since start',
  'status.limited.none': 'Nobody is being limited.',
  'status.limited.title': 'Being limited now: {total}',
  'status.limited.network': 'Network',
  'status.limited.account': 'Account',
  'status.limited.why': 'Why',
  'status.limited.count': 'Count',
  'status.limited.refused': 'Turned away',
  'status.limited.until': 'Until',

  'state.description': 'look after what the server keeps',
  'state.examples': `Examples:
  valija state verify
  valija state verify --json`,
  'state.verify': 'look at everything the server keeps, and at all mail; changes nothing, also beside a running server',
  'state.verify.examples': `Examples:
  valija state verify
  valija state verify --json | jq 'map(select(.severity == "damage"))'
One line for each finding: where, what it means, what to do. Exit code 65 where something is damaged.`,
  'state.none': 'there is no state in {folder}',
  'state.progress': '{done} of {all} accounts looked at',
  'state.word.damage': 'damage',
  'state.word.notice': 'notice',
  'state.whole': 'The state is whole: {accounts} accounts looked at, {notice} notices.',
  'state.damaged': 'Damage: {damage}, notices: {notice}; {accounts} accounts looked at.',

  'log.description': 'show the log',
  'log.examples': `Examples:
  valija log -n 100
  valija log -f
  valija log --level debug
  valija log --json | jq 'select(.area == "smtpd")'`,
  'log.option.follow': 'go on as the log grows, until Ctrl-C',
  'log.option.lines': 'the last lines (default: 50)',
  'log.option.level': 'tell the running server from which level on it logs, until it starts again',
  'log.level-changed': 'The running server logs from level {level} on.',
  'log.none': 'there is no log yet: {file}',
  'log.off': 'this configuration keeps no log file; name one in maillog_file',

  'serve.description': 'run the server of a configuration until it is told to stop',
  'serve.examples': `Examples:
  valija serve --config /etc/valija/valija.toml
SIGTERM stops it after the open sessions had a moment to end; SIGHUP reads the certificate again and opens the log anew.`,

  'start.description': 'a whole server on loopback, with a domain and two accounts to try it (npm start)',
  'start.examples': `Examples:
  npm start
  VALIJA_DEMO_PASSWORD='correct horse' npm start`,
  'start.config-written': 'wrote {file}',
  'start.as-root': 'Running as root: fine on loopback for trying it out; a real server runs as a user of its own.',
  'start.ready': 'Valija is ready: {listeners}',
  'start.password': 'Password',
  'start.password-kept': '(as printed at the first start; a new one: bin/valija account password …)',
  'start.your-password': 'PASSWORD',
  'start.send': 'Send a first message',
  'start.read': 'Read it',
  'start.next': 'Then',
  'start.next-lines': `bin/valija why QUEUE-ID         what happened to it, and why (the id stands in the log above)
bin/valija status               who listens, how many messages
bin/valija domain add …         your own domains, accounts and aliases
The log: {log}. Ctrl-C stops the server; the mail stays in ./state.`,
} as const satisfies Readonly<Record<string, string>>;
