// English: `valija config`, and how safe the server is to others.

export const configEn = {
  'config.description': 'check, show, compare and change the configuration',
  'config.examples': `Examples:
  valija config check /etc/valija/valija.toml
  valija config show
  valija config apply new.toml --confirm-within 10m
  valija config history`,
  'config.check.description': 'say whether a configuration is good: file, line, key, what is wrong, what is right',
  'config.check.examples': `Examples:
  valija config check new.toml
  valija config check --attack            # the running server attacks itself, as it is
  valija config check new.toml --attack   # and as it would be`,
  'config.option.attack':
    'have the running server attack itself: relaying, smuggling, STARTTLS, passwords in clear, backscatter',
  'config.show.description': 'every setting with its effective value',
  'config.good': '{file} is good: {listeners} listeners',
  'config.closed-to-plain-mail':
    'warning: {place}: smtpd_tls_security_level = "encrypt" keeps out mail of servers that speak no TLS; "may" takes it, encrypted where they can',
  'config.silent-notice-class':
    'warning: notify_classes: nothing is sent for "{name}"; the log and valija why tell of it',

  'config.history.description': 'the configurations that were in force, the latest first',
  'config.history.examples': `Examples:
  valija config history
  valija config diff 3 4`,
  'config.history.none': 'no configuration is kept yet: a server keeps those that it loads',
  'config.history.not-there': 'there is no configuration {number}; see: valija config history',
  'config.history.number': 'No.',
  'config.history.loaded': 'Loaded',
  'config.history.how': 'By',
  'config.history.by': 'Who',
  'config.history.changes': 'Changed',
  'config.diff.description': 'what differs: from the one in force to the file, or between two numbers or files',
  'config.diff.examples': `Examples:
  valija config diff               # what a reload would change
  valija config diff 3             # from number 3 to the file
  valija config diff 3 new.toml
Secrets are compared and not shown.`,
  'config.diff.none': 'no setting differs',

  'config.apply.description': 'put another file in the place of the configuration, and load it',
  'config.apply.examples': `Examples:
  valija config apply new.toml
  valija config apply new.toml --confirm-within 10m   # goes back by itself, unless: valija config confirm
What the server refuses is taken back at once.`,
  'config.option.confirm-within': 'go back to the one before after this time (10m, 1h), unless it is confirmed',
  'config.apply.loaded': '{file} is in force; the one before it is {file}.former',
  'config.apply.not-running': '{file} is in its place; no server runs, the next start loads it',
  'config.apply.confirm': 'Confirm it with: valija config confirm. Otherwise the one before comes back: {until}.',
  'config.apply.refused': 'the server refused it, and the one before is in its place:\n{reason}',
  'config.apply.no-word': 'the server did not say in time whether it loaded it',
  'config.apply.no-time':
    '«{text}» is no time that a trial can take; it is a number with s, m, h or d, at most 7d: 10m',
  'config.apply.on-trial': '{file} is on trial: confirm it first (valija config confirm), or wait until it goes back',
  'config.apply.cannot-write': '{file} cannot be replaced: {reason}. Run the command as its owner',
  'config.apply.cannot-signal':
    'the server (process {pid}) cannot be told: {reason}. The one before is in its place; run the command as who started the server',
  'config.confirm.description': 'keep the configuration that is on trial',
  'config.confirm.examples': `Example:
  valija config confirm`,
  'config.confirm.nothing': 'nothing is on trial: {file}',
  'config.confirm.done': '{file} stays',
  'config.rollback.none': 'no other configuration is kept; see: valija config history',
  'config.rollback.description': 'load an earlier configuration again: the one before, or a number of the history',
  'config.rollback.examples': `Examples:
  valija config rollback
  valija config rollback 3 --confirm-within 10m`,

  'safety.accepted': 'DANGER, accepted by accept_danger: {danger} ({where}: {element})',
  'safety.gateway':
    'The gateway {gateway} is in mynetworks and is not trusted: were it to translate addresses, every stranger would seem to come from it.',
  'safety.translator':
    'WARNING: {connections} of {among} clients on port 25 come from the gateway {address}: it hides their addresses (SNAT), and SPF, block lists and limits mean nothing.',
  'safety.not-attacked': 'The server could not attack itself; the log says why.',
  'safety.attack.nothing': 'Attacked itself as {clientAddress}, {at}: {tried} sessions, nothing came through.',
  'safety.attack.hits': 'Attacked itself as {clientAddress}, {at}: {tried} sessions; what came through:',
  'safety.attack.untried': '  not tried: {what}',
  'status.configuration': 'Configuration no. {number}, since {loaded}.',
  'status.configuration.refused': 'The last one that was to be loaded was refused, {at}:\n{reason}',
} as const satisfies Readonly<Record<string, string>>;
