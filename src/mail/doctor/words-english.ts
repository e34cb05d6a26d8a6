// What each finding of the doctor is, why it matters, and what to do.

import type { Words } from './finding-words.ts';

export const WORDS_ENGLISH: Words = {
  'server-running': { what: 'the server runs: {subject}, version {version}' },
  'server-stopped': {
    what: 'no server runs on {subject}',
    why: 'Nobody takes mail, shows it or sends it; other servers try again for some days.',
    fix: 'systemctl start postfix@-, or valija serve; the log says why it ended.',
  },
  'server-silent': {
    what: 'the server on {subject} does not answer: {reason}',
    why: 'It hangs, or is being started or stopped; mail waits meanwhile.',
    fix: 'Look again in a minute, and at the log; where that goes on, restart it: systemctl restart postfix@-.',
  },
  'server-unasked': {
    what: 'the server on {subject} was not asked: {reason}',
    why: 'Its ports, and the certificates that it shows, are not known from here.',
    fix: 'Run the doctor as root, or as the user that the server runs as.',
  },
  'server-refused-settings': {
    what: 'the settings file was refused at the last reload: {reason}',
    why: 'What is in force is older than what stands in the file; at the next start there is nothing else to fall back on.',
    fix: 'valija config check, mend what it says, and reload.',
  },
  'state-fine': { what: 'the state in {subject} is of version {version}' },
  'state-missing': {
    what: 'there is no state in {subject}',
    why: 'Domains, accounts and mail would be there.',
    fix: 'Check state_directory, or whether a disk is mounted; a first start makes a new one.',
  },
  'state-older': {
    what: 'the state in {subject} is of version {version}, this program writes {known}',
    why: 'The next start brings it up to date, on a copy first.',
    fix: 'Start the server; docs/upgrading.md says how to go back.',
  },
  'state-newer': {
    what: 'the state in {subject} is of version {version}, this program knows {known}',
    why: 'A newer Valija wrote it; this one will not start on it.',
    fix: 'Install the newer version again, or go back as docs/upgrading.md says.',
  },
  'state-unreadable': {
    what: 'the version of the state in {subject} cannot be read',
    why: 'The server does not start on what it does not know.',
    fix: 'valija state verify looks at all of it.',
  },
  'state-set-aside': {
    what: '{subject} was set aside because it was damaged',
    why: 'The server went on without it; what was in it may still be worth a look.',
    fix: 'Look at it, keep a copy if it matters, then remove it.',
  },
  'homes-fine': { what: 'each home is its account’s alone ({accounts} looked at)' },
  'home-open': {
    what: '{subject} is open to everybody on this machine (mode {mode})',
    why: 'Other users of the machine can read this mail.',
    fix: 'chmod {wanted} {subject}, or valija doctor --fix.',
  },
  'home-shut': {
    what: '{subject} is shut to its owner (mode {mode})',
    why: 'The server cannot deliver there; mail waits.',
    fix: 'chmod {wanted} {subject}, or valija doctor --fix.',
  },
  'home-owner': {
    what: '{subject}: {count} files or folders belong to somebody else, such as {example}',
    why: 'The server can neither change nor remove them: flags get lost, mail waits.',
    fix: 'chown -R {owner} {subject}, or valija doctor --fix as root.',
  },
  'home-no-folder': {
    what: '{subject} is no folder',
    why: 'Mail of this account has no place.',
    fix: 'Move what is there away: the folder is made anew when the next message comes.',
  },
  'spool-fine': { what: '{mboxes} mboxes in {subject} are their users’ alone' },
  'secrets-fine': { what: '{count} files with keys, passwords and addresses are the server’s alone' },
  'secret-open': {
    what: '{subject} can be read by others (mode {mode})',
    why: 'It holds keys or password hashes, or says who writes to whom.',
    fix: 'chmod {wanted} {subject}, or valija doctor --fix; keys that others may have read should be replaced.',
  },
  'secret-owner': {
    what: '{subject} belongs to {owner}, not to {wanted}',
    why: 'The server cannot read or change its own file, or somebody else can.',
    fix: 'chown {wanted} {subject}, or valija doctor --fix as root.',
  },
  'disk-fine': { what: '{subject}: {percent} % are free' },
  'disk-low': {
    what: '{subject}: only {percent} % are free',
    why: 'Mail is refused for the time being (452) once less than {reserveBytes} bytes are left.',
    fix: 'Make room, or give the disk more of it; valija account list shows who has a quota.',
  },
  'disk-full': {
    what: '{subject}: {freeBytes} bytes are free, fewer than the reserve of {reserveBytes}',
    why: 'New mail is refused for the time being (452); what was accepted is safe.',
    fix: 'Make room now; the server takes mail again by itself.',
  },
  'inodes-low': {
    what: '{subject}: only {percent} % of the files that it can hold are left',
    why: 'In Maildir each message is a file.',
    fix: 'Remove what nobody needs, or move the mail to a file system with more inodes.',
  },
  'inodes-out': {
    what: '{subject}: {freeInodes} more files are all that it can hold',
    why: 'Without inodes no message can be stored, however much room there is.',
    fix: 'Remove files now: df -i shows where they went.',
  },
  'clock-fine': { what: 'the clock is right, says {subject}' },
  'clock-off': {
    what: 'the clock is {seconds} seconds off, says {subject}',
    why: 'Certificates, DKIM signatures and one-time codes are refused by their time, and Date and Received say nonsense.',
    fix: 'timedatectl set-ntp true, or another NTP client.',
  },
  'clock-back': {
    what: 'the clock is behind: {subject} was written {seconds} seconds from now',
    why: 'It was set back, or the machine slept: retries come too late, and new certificates are not valid yet.',
    fix: 'timedatectl set-ntp true; if the clock is right now, wait until it has caught up.',
  },
  'clock-unchecked': {
    what: 'the clock was compared with our own files only ({reason})',
    fix: 'doctor_time_server = "pool.ntp.org" lets the doctor ask; systemd-timesyncd, where it runs, says it unasked.',
  },
  'ports-fine': { what: 'the server listens on all ports of its settings: {subject}' },
  'port-taken': {
    what: 'port {subject} ({service}) is held by {owner}',
    why: 'Two programs cannot listen at one address; the server does not start, or others answer in its place.',
    fix: 'Stop that program (ss -ltnp shows it; often another mail server, as systemctl disable --now exim4), or change [[listen]].',
  },
  'port-closed': {
    what: 'nobody listens on {subject} ({service})',
    why: 'It stands in the settings, but the running server does not know it.',
    fix: 'Reload the server (SIGHUP), and look into the log if it stays so.',
  },
  'certificate-fine': { what: '{subject} is valid for {days} days' },
  'certificate-self-signed': {
    what: '{subject} is signed by ourselves',
    why: 'Mail programs warn of it, and servers that check certificates (MTA-STS) do not deliver.',
    fix: 'An [[acme]] section lets the server get one from Let’s Encrypt; or name yours in smtpd_tls_cert_file.',
  },
  'certificate-name': {
    what: '{subject} is not for {hostname}',
    why: 'Mail programs that connect to {hostname} warn or refuse.',
    fix: 'Get one that names {hostname}, or correct myhostname.',
  },
  'certificate-expiring': {
    what: '{subject} ends in {days} days',
    why: 'Something should have renewed it by now.',
    fix: 'valija tls renew, or certbot renew; valija tls list says what went wrong.',
  },
  'certificate-expired': {
    what: '{subject} ended {days} days ago',
    why: 'Mail programs refuse to connect.',
    fix: 'valija tls renew, or certbot renew; a renewed file is noticed within a minute.',
  },
  'certificate-early': {
    what: '{subject} is not valid before {date}',
    why: 'Either it was made for later, or the clock is wrong.',
    fix: 'Compare the clock first.',
  },
  'certificate-key': {
    what: '{subject} does not belong to its key',
    why: 'The server cannot offer TLS with it; the former one stays in use until a restart.',
    fix: 'Name the key that it was made with in smtpd_tls_key_file.',
  },
  'certificate-unreadable': {
    what: '{subject} cannot be read: {reason}',
    why: 'Without it there is no TLS at the next start.',
    fix: 'Check the path, and who may read it.',
  },
  'queue-fine': { what: 'the queue: {messages} messages, {held} of them held' },
  'queue-old': {
    what: 'the queue: {messages} messages, the oldest for {age}',
    why: 'Some server does not take them; senders hear of a delay after delay_warning_time.',
    fix: 'valija queue list says why each one waits.',
  },
  'queue-stuck': {
    what: 'the queue: {messages} messages, the oldest for {age}',
    why: 'It has been tried for more than half of its life; soon it is returned to its sender.',
    fix: 'valija queue list says why; mend that, then valija queue flush.',
  },
  'queue-unreadable': {
    what: 'the queue in {subject} cannot be read: {reason}',
    why: 'What waits in it does not leave.',
    fix: 'Look at the log of the last start; docs/queue-states.md says what lies where.',
  },
  'journal-fine': { what: 'the journal holds {sizeBytes} bytes that are on their way into mailboxes' },
  'journal-large': {
    what: 'the journal in {subject} holds {sizeBytes} bytes',
    why: 'It should empty itself within seconds: filing does not keep up, or cannot write.',
    fix: 'The log says what fails; look at the disk and at who owns the homes.',
  },
  'journal-damaged': {
    what: '{subject} is damaged at {ranges}',
    why: 'Messages that were accepted in the last seconds before a crash may be lost.',
    fix: 'Keep a copy of the file; valija journal shows what can be read. Check the disk (dmesg, smartctl).',
  },
  'database-fine': { what: 'databases: {sizes}' },
  'database-large': {
    what: '{subject} has {sizeBytes} bytes, more than its bound of {limitBytes}',
    why: 'It should have been cut back by itself.',
    fix: 'Look into the log for what the journeys complain about; a lower journey_lifetime makes it smaller.',
  },
  'database-damaged': {
    what: '{subject} is damaged: {reason}',
    why: 'The server does not start without its directory.',
    fix: 'valija state verify says more; restore it from a backup, or from before-N/ after an upgrade.',
  },
  'egress-fine': { what: 'mail from {subject} is welcome: its name leads back to it, and no list has it' },
  'egress-relayed': { what: 'all mail leaves through {subject}' },
  'egress-unknown': {
    what: 'from which address mail leaves could not be found out',
    fix: 'Behind a router, say it: proxy_interfaces = ["your public address"].',
  },
  'egress-listed': {
    what: '{subject} is on the block list {list}: {reason}',
    why: 'Servers that ask this list refuse our mail.',
    fix: 'Find out what was sent (valija queue list, valija why), end it, then ask {list} to remove the address; until then a relayhost helps.',
  },
  'egress-list-silent': {
    what: '{list} does not tell us about {subject}',
    fix: 'Most lists answer no public resolvers: let a resolver of your own ask (resolver_addresses).',
  },
  'egress-no-name': {
    what: '{subject} has no name in the DNS (PTR)',
    why: 'Gmail, Outlook and most others refuse mail from such addresses.',
    fix: 'Whoever rents you the address sets it to {helo}; where nobody does, set relayhost.',
  },
  'egress-unconfirmed': {
    what: '{subject} is called {name}, which does not lead back to it',
    why: 'Receivers take such a name for a lie.',
    fix: 'Give {name} an A or AAAA record with {subject}, or change the PTR to {helo}.',
  },
  'egress-generic': {
    what: '{subject} is called {name}: that looks like a line of somebody’s home',
    why: 'Many servers take no mail from such addresses (550, dynamic IP).',
    fix: 'Ask for a name of your own (PTR {helo}); where there is none to be had, set relayhost to a server that may send.',
  },
  'egress-other-name': {
    what: '{subject} has another name ({name}) than we say in EHLO ({helo})',
    why: 'Some servers count it against us.',
    fix: 'Change the PTR to {helo}, or smtp_helo_name to the name of the address.',
  },
  'egress-name-unanswered': { what: 'the name of {subject} could not be asked for ({reason})' },
  'domain-fine': { what: '{subject}: its DNS is as it should be' },
  'domain-reserved': { what: '{subject} is a name for tests, which the world’s DNS does not know' },
  'domain-unsure': {
    what: '{subject}: {unknown} things could not be found out ({rules})',
    fix: 'valija domain check {subject}.',
  },
  'domain-warnings': {
    what: '{subject}: {warnings} warnings ({rules})',
    why: 'Some mail of this domain may fail, or be taken for spam.',
    fix: 'valija domain check {subject} shows what to publish.',
  },
  'domain-failures': {
    what: '{subject}: {failures} faults ({rules})',
    why: 'Mail of this domain fails.',
    fix: 'valija domain check {subject} shows what to publish.',
  },
  'not-examined': {
    what: '{subject}: could not be examined: {reason}',
    why: 'What nobody looks at may be well or not.',
    fix: 'Run the doctor as root, or as the user that the server runs as.',
  },
};
