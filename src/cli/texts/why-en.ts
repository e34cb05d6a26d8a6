// English: `valija why`.

export const whyEn = {
  'why.description': 'tell what happened to a message, and why; or that none came',
  'why.argument': 'a queue id, a Message-ID, an address, a domain, a login, or the address of a client',
  'why.examples': `Examples:
  valija why 4XyZ123456z0Abc
  valija why '<20261121.1000@example.org>' --lang es
  valija why --from ana@example.org --since monday
  valija why --to usuario2@valija.test --client 192.0.2.1
  valija why example.org --since 2h
A domain stands for all its addresses; the null sender is written '<>'.
Times: 90s, 30m, 2h, 5d ago; today, yesterday, monday; 2026-11-21, 2026-11-21T10:00.`,
  'why.option.from': "the envelope sender, or a domain, or '<>'",
  'why.option.to': 'a recipient, or a domain',
  'why.option.client': "the client's address",
  'why.option.since': 'only what began then or later',
  'why.option.until': 'only what began then or before',
  'why.option.limit': 'how many at most (default: 20)',
  'why.choose': 'say what to look for: an id, an address, or --from, --to, --client, --since (valija help why)',
  'why.unreadable': 'the stories in {file} cannot be read: {reason}. See: valija state verify',
  'why.field.when': 'When',
  'why.field.id': 'Id',
  'why.field.from': 'From',
  'why.field.to': 'To',
  'why.field.outcome': 'What became of it',
  'why.one-of-them': 'The story of one of them: valija why {id}',
  'why.more': 'There are older ones: --until, or a larger --limit.',
  'why.none-accepted': 'None of it was accepted. The last attempt was on {when}: {outcome}.',
  'why.by-rule': '{outcome} by the rule {rule}',
  'why.never.about': 'Nothing is known about «{about}»{conditions}{time}.',
  'why.never.came': 'Nothing came{conditions}{time}.',
  'why.condition.from': ' from {from}',
  'why.condition.to': ' to {to}',
  'why.condition.client': ' by the client {client}',
  'why.condition.since': ' since {when}',
  'why.condition.until': ' until {when}',
  'why.earlier': 'The last attempt before that was on {when}: {outcome}.',
  'why.oldest': 'The stories that are kept begin on {when} (journey_lifetime, journey_size_limit).',
  'why.nothing-kept': 'No stories are kept yet.',
  'why.hint':
    'Whoever sent it has a bounce, or a line in the log of their server, that names the server it went to: is it this one?\nvalija route ADDRESS tells what this server would do with mail for an address.',
  'why.notice-about': 'This is a notice about the message {id}, from {from} to {to}: {ending} (valija why {id})',
  'why.notice': 'The notice {id} to {to}: {ending} (valija why {id})',
};
