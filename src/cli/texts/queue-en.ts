// English: `valija queue`, `valija mailq`.

export const queueEn = {
  'queue.description': 'look at what waits to leave this server, and act on it',
  'queue.examples': `Examples:
  valija queue list --domain example.org --older-than 2h
  valija queue show 4XyZ123456z0Abc
  valija queue retry 4XyZ123456z0Abc
  valija queue hold --sender ana@valija.test
  valija queue bounce --recipient nobody@example.org
  valija queue delete --state hold --older-than 5d
  valija queue flush
Times: 90s, 30m, 2h, 5d. The null sender is written '<>'.`,
  'queue.list': 'list messages, oldest first',
  'queue.show': 'show one message and how each of its recipients stands',
  'queue.retry': 'try messages now',
  'queue.hold': 'put messages on hold: nothing happens to them until they are released',
  'queue.release': 'release messages from hold, and try them now',
  'queue.delete': 'delete messages; nobody is told',
  'queue.bounce': 'give messages up and return them to their senders',
  'queue.flush': 'try everything that waits now',
  'queue.watch': 'show the queue and its destinations every second, until Ctrl-C',
  'queue.argument': 'a queue id',
  'queue.option.sender': "envelope sender, or '<>'",
  'queue.option.recipient': 'a recipient, as it is or as the sender wrote it',
  'queue.option.domain': 'the domain of a recipient',
  'queue.option.older-than': 'only what arrived earlier than that long ago: 30m, 2h, 5d',
  'queue.option.state': 'active (being delivered), incoming (not tried yet), deferred, hold',
  'queue.option.limit': 'how many at most (default: 100)',
  'queue.option.after': 'those behind this one',
  'queue.option.all': 'all messages of the queue',
  'queue.choose':
    'say which messages: by queue ids, by a filter (--sender, --recipient, --domain, --older-than, --state), or --all',
  'queue.none': 'There is no such message in the queue.',
  'queue.not-found': '«{id}» is not in the queue (valija why tells what became of it)',
  'queue.more': 'There may be more: --after {last}',
  'queue.retry.done': 'Tried now: {count}.',
  'queue.hold.done': 'Put on hold: {count}.',
  'queue.release.done': 'Released: {count}.',
  'queue.delete.done': 'Deleted: {count}.',
  'queue.bounce.done': 'Returned to their senders: {count}.',
  'queue.flushed': 'Everything that waits is tried now.',
  'queue.overview': 'Messages: {messages} (on hold: {held}, in memory: {active}). Recipients: {recipients}.',
  'queue.state.active': 'active',
  'queue.state.incoming': 'incoming',
  'queue.state.deferred': 'deferred',
  'queue.state.hold': 'hold',
  'queue.field.id': 'Queue id',
  'queue.field.state': 'State',
  'queue.field.age': 'Age',
  'queue.field.size': 'Size',
  'queue.field.sender': 'Sender',
  'queue.field.recipients': 'Recipients',
  'queue.field.recipient': 'Recipient',
  'queue.field.original': 'Written as',
  'queue.field.origin': 'Brought by',
  'queue.field.arrived': 'Arrived',
  'queue.field.expires': 'Given up',
  'queue.field.destination': 'Destination',
  'queue.field.attempts': 'Attempts',
  'queue.field.last': 'Last attempt',
  'queue.field.next': 'Next attempt',
  'queue.field.reason': 'Reason',
  'queue.field.active': 'Active',
  'queue.field.waiting': 'Waiting',
  'queue.field.concurrency': 'At once',
  'queue.field.suspended': 'Suspended for',
  'mailq.description': "print the queue in Postfix's form",
  'mailq.examples': `Example:
  valija mailq
A * behind the id: being delivered now; a !: on hold.`,
};
