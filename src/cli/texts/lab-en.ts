// English: `valija lab`.

export const labEn = {
  'lab.description': 'several servers and a name server on this machine: a small Internet to learn with',
  'lab.argument': 'a TOML file: servers, zones, faults (docs/lab.md)',
  'lab.option.folder': 'where the servers keep their mail; without it, it goes with the lab',
  'lab.option.exit-after': 'end by itself after so many seconds',
  'lab.examples': `Examples:
  valija lab docs/lab.toml
  valija lab docs/lab.toml --folder ./lab
docs/lab.md leads through it: MX, a relay, a bounce.`,
  'lab.ready': 'The lab is ready: {servers} servers, each with {ports}',
  'lab.server': 'Server',
  'lab.address': 'Address',
  'lab.domains': 'Domains',
  'lab.accounts': 'Accounts',
  'lab.password': 'The password of every account: {password}',
  'lab.fault': 'Broken on purpose in the DNS: {name} ({fault})',
  'lab.ask-dns': 'Ask its name server',
  'lab.send': 'Send a first message from one server to another',
  'lab.read': 'Read it there',
  'lab.next': 'Then',
  'lab.next-lines': `bin/valija --config {folder}/SERVER/valija.toml why QUEUE-ID    what happened to it there, and why
bin/valija --config {folder}/SERVER/valija.toml status          who listens, how many messages
Ctrl-C ends the lab.`,
};
