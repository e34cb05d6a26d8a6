// English: `valija simulate`.

export const simulateEn = {
  'simulate.description': 'judge a message that never came: each check, each reply and the plan, without effect',
  'simulate.examples': `Examples:
  valija simulate usuario1@valija.test --client 192.0.2.7 --helo mx.example.org --from ana@example.org
  valija simulate bob@example.net --login usuario1@valija.test --message letter.eml
  valija simulate usuario1@valija.test --from ana@example.org --dns invented.zone --svg path.svg
  valija --config new.toml simulate usuario1@valija.test
Exit code 0 where the message would be taken, 65 where it would be refused, 75 where it would have to come again.`,
  'simulate.argument': 'to whom the message would be',
  'simulate.option.client': 'the client’s address (default: 192.0.2.1, a stranger)',
  'simulate.option.client-name': 'what that address is called, instead of what the DNS says',
  'simulate.option.helo': 'what the client calls itself (default: client.example.org)',
  'simulate.option.from': 'the sender; <> for none (default: whoever logs in, or sender@example.org)',
  'simulate.option.login': 'who logs in; the password is taken as right',
  'simulate.option.door': 'which listener: smtp, submission, submissions or lmtp (default: submission with --login)',
  'simulate.option.tls': 'with TLS (default: with --login)',
  'simulate.option.no-tls': 'without TLS',
  'simulate.option.message': 'a message in a file, or - for standard input (default: one is made)',
  'simulate.option.size': 'make a message of so many octets',
  'simulate.option.at': 'when it would come: 2026-11-22T10:00 (default: now)',
  'simulate.option.dns': 'a zone file in place of the DNS; what it does not name does not exist',
  'simulate.option.ask-services':
    'ask greylisting, policy services, milters and other mail servers, too: they may remember it',
  'simulate.option.svg': 'write a picture of the way to this file',
  'simulate.no-worker': 'nobody could be asked',
  'simulate.worker-failed': 'the configuration cannot be tried out: {reason}',
  'simulate.unreadable': '{file} cannot be read: {reason}',
  'simulate.unwritable': '{file} cannot be written: {reason}',
  'simulate.bad-time': '{text} is no time; write 2026-11-22T10:00',
  'simulate.bad-size': '{text} is no number of octets',
  'simulate.written': 'The picture is in {file}.',
  'simulate.title': 'Simulation: nothing is sent, and nothing is kept of it',
  'simulate.connects': '(connects)',
  'simulate.end-of-message': '(the message)',
  'simulate.checks': 'asked',
  'simulate.facts': 'facts',
  'simulate.way': 'way',
  'simulate.verdict.accepted': 'It would be taken',
  'simulate.verdict.refused': 'It would be refused',
  'simulate.verdict.deferred': 'It would have to come again later',
  'simulate.rule': 'rule {rule}',
  'simulate.plan': 'Plan',
  'simulate.plan.file': '{mailbox} of {account}',
  'simulate.plan.queue': 'queue → {nextHop}',
  'simulate.plan.held': 'it is held (HOLD): it stays in the queue until somebody releases it (valija queue release)',
  'simulate.plan.discard': 'it is thrown away (DISCARD): nobody gets it, and nobody is told',
  'simulate.plan.server': '{preference}  {name} [{address}]:{port}',
  'simulate.plan.failure': 'no server can be tried: {reason}',
  'simulate.note.quota': 'How full a mailbox is, only a running server knows: it was taken as empty.',
  'simulate.note.services':
    'Greylisting, policy services, milters and other mail servers were not asked, and taken as having nothing against it; --ask-services asks them.',
};
