// English: `valija setup`.

export const setupEn = {
  'setup.description': 'make this machine the mail server of a domain',
  'setup.examples': `Asks only what it cannot find out, shows what it will do, and does it; where something fails, all of it is undone.
Run again it changes nothing that is there: with another domain it adds that one.
Examples:
  valija setup example.org --plan
  valija setup example.org
  valija setup example.org --yes --account ana@example.org --password-stdin < secret`,
  'setup.option.hostname': 'the name of the server (default: mail.DOMAIN)',
  'setup.option.account': 'the first account (default: postmaster@DOMAIN)',
  'setup.option.password-stdin': 'read its password from standard input',
  'setup.option.contact': 'whom the certificate authority may write to',
  'setup.option.acme':
    "the ACME directory of a certificate authority, or «none» (default: Let's Encrypt, whose terms you agree to)",
  'setup.option.acme-cafile': 'PEM file that the authority itself is trusted by, where it is your own',
  'setup.option.public-address': 'the addresses that others reach this machine by, behind a router',
  'setup.option.relayhost': 'the server that all mail to others goes through, or «none»',
  'setup.option.yes': 'ask nothing: take what would be proposed',
  'setup.option.plan': 'show what would be done, and do nothing',
  'setup.argument.domain': 'the domain that gets mail here',
  'setup.ask.hostname': 'Name of this server',
  'setup.ask.account': 'First account',
  'setup.ask.password': 'Password for {account} (nothing: one is made): ',
  'setup.ask.acme': 'Certificates from this authority, whose terms you agree to («none» for none)',
  'setup.ask.contact': 'Whom may it write to',
  'setup.ask.public-address': 'Address by which others reach this machine (it has only private ones)',
  'setup.ask.relayhost': 'Server that mail to others goes through («none»: straight to theirs)',
  'setup.ask.go-on': 'Do this?',
  'setup.yes': 'yes',
  'setup.given-up': 'nothing was changed',
  'setup.no-domain': '«{text}» is no domain name such as example.org',
  'setup.account-elsewhere': '{account} is not an address of {domain}',
  'setup.plan': 'What will be done:',
  'setup.nothing-to-do': 'There is nothing to do.',
  'setup.step.user': 'make the system user {subject}',
  'setup.step.folder': 'make the folder {subject} ({owner}, {mode})',
  'setup.step.file': 'write {subject} ({owner}, {mode})',
  'setup.step.valija': 'run, as the user {owner}: {subject}',
  'setup.step.service': 'start {subject}, now and at every start of the machine',
  'setup.done': 'done',
  'setup.was-there': 'was there',
  'setup.failed': '{subject}: {reason}',
  'setup.undone': 'Everything that was done before it has been undone.',
  'setup.remains': 'This could not be undone; everything else was:',
  'setup.obstacles': 'This stands in the way:',
  'setup.obstacle.not-root': 'only root can set a server up: run it with sudo',
  'setup.obstacle.closed-folder':
    "the server's users cannot enter {folder}, where this program is: put it elsewhere, such as /opt/valija",
  'setup.obstacle.port-taken':
    'another program has the ports {ports}: stop it first (systemctl disable --now postfix exim4 dovecot …)',
  'setup.obstacle.other-owner':
    'the state belongs to {owner} (mail_owner): add the domain by `valija domain add` and the account by `valija account add`',
  'setup.password': 'Password of {account}, shown only now: {password}',
  'setup.start-yourself': 'No systemd runs here: start the server with\n  {command}',
  'setup.certificate-wait': 'waiting for the certificate of {hostname} …',
  'setup.certificate-there': 'The certificate of {hostname} is there.',
  'setup.certificate-missing':
    'There is no certificate of an authority for {hostname} yet: valija tls list says why. Until then the server shows its own.',
  'setup.records': 'What to publish in the DNS of {domain}:',
  'setup.checks': 'What others see of it now:',
  'setup.next': 'Next: publish the records, then run\n  valija domain check {domain} --watch',
};
