// English: what a domain needs in the DNS.

export const domainEn = {
  'domain.records': 'show every record that a domain needs, with its reason',
  'domain.records.examples': `Examples:
  valija domain records example.org
  valija domain records example.org --zone >> /etc/bind/example.org.zone
  valija domain records example.org --json`,
  'domain.check': 'ask the DNS, and the world, whether all of it holds',
  'domain.check.examples': `Examples:
  valija domain check example.org
  valija domain check example.org --watch      # again and again, until all is green
  valija domain check --json                   # all domains
Ends with 65 where mail may fail, or where something could not be found out.`,
  'domain.publish': 'put the records into the DNS by dynamic updates (RFC 2136)',
  'domain.publish.examples': `Examples:
  valija domain publish example.org --dry-run
  valija domain publish example.org
Where dns_update_server and dns_update_key_file are set. Records of ours that are superseded go; nothing else is touched.`,
  'domain.option.zone': 'as lines of a zone file',
  'domain.option.watch': 'again and again, in place, until all is green',
  'domain.option.all': 'also what holds, line by line',
  'domain.option.dry-run': 'show what would change, and change nothing',
  'domain.option.no-keys': 'make no DKIM keys for it',
  'domain.argument.checked': 'a domain; without it all domains of this server',
  'domain.publish-these': 'Publish these records where the DNS of {domain} is kept, then: valija domain check {domain}',
  'domain.weight.required': 'needed',
  'domain.weight.recommended': 'recommended',
  'domain.weight.optional': 'optional',
  'domain.elsewhere': 'These lie in the zone of {host}:',
  'domain.purpose.mx': 'where mail for the domain is to be brought',
  'domain.purpose.host': 'the addresses of this server',
  'domain.purpose.spf': 'who may send in the name of the domain (SPF)',
  'domain.purpose.helo-spf': 'the same of the name in EHLO, which is looked up for bounces (SPF)',
  'domain.purpose.dkim': 'the public key by which others verify its signatures (DKIM)',
  'domain.purpose.dmarc': 'what others shall do with mail that forges the domain, and where they report (DMARC)',
  'domain.purpose.report-consent': 'that reports about the domain are welcome at an address of another one',
  'domain.purpose.mta-sts':
    'that other servers must use TLS with a valid certificate; the id changes with the policy (MTA-STS)',
  'domain.purpose.mta-sts-host': 'where that policy is fetched from',
  'domain.purpose.tls-rpt': 'where others report that TLS to this server failed (TLS-RPT)',
  'domain.purpose.tlsa':
    'the certificate, for servers that verify by DNSSEC (DANE); only in a signed zone, and to be changed with the key',
  'domain.purpose.autoconfig': 'where Thunderbird and others find their settings',
  'domain.purpose.autodiscover': 'where Outlook and phones find their settings',
  'domain.purpose.client': 'which servers mail programs shall use; a dot says that something is not offered',
  'domain.purpose.caa': 'who may issue certificates for the domain',
  'domain.gap.no-public-name':
    'myhostname is {host}, which nobody else can reach: no records that lead here can be said. Set myhostname to a name such as mail.example.org.',
  'domain.gap.unknown-addresses':
    'The public addresses of this server are not known; behind a router set proxy_interfaces, such as ["192.0.2.1"]. Its A and AAAA records are missing here.',
  'domain.gap.behind-relay':
    'All mail leaves through {relay}: add what its owner names to the SPF record (such as include:…).',
  'domain.gap.no-keys': 'The domain has no DKIM keys: valija dkim generate {domain}',
  'domain.gap.no-certificate':
    'No certificate was seen (the server does not run, or has no port with TLS): the TLSA record is missing here.',
  'domain.checking': 'Asking the DNS about {domain} …',
  'domain.green': '{domain}: all that mail depends on holds.',
  'domain.not-green': '{domain}: {failures} to mend, {warnings} to look at, {unknown} not known.',
  'domain.checked-at': 'Checked at {time}; again in {seconds} s. Ctrl-C ends it.',
  'domain.seen': 'seen:',
  'domain.expected': 'expected:',
  'domain.why': 'why:',
  'domain.paste': 'publish:',
  'domain.status.title': 'The DNS of {total} domains was last checked at {time}; something is wrong with:',
  'domain.status.green': 'The DNS of {total} domains was last checked at {time}: nothing wrong.',
  'domain.publish.nothing': 'The zone {zone} has all of it already.',
  'domain.publish.would': 'To be changed in the zone {zone} at {server}; nothing was changed:',
  'domain.publish.done': 'Changed in the zone {zone} at {server}:',
  'domain.publish.kept': 'Kept of the DMARC record at {name}: {tags}',
  'domain.publish.kept-above': 'As strict as the DMARC record at {name}, which covers the domain without it: {tags}',
  'domain.publish.elsewhere': 'Not seen in its zone, which is another one; to be published there: {record}',
  'domain.publish.conflict': 'Left out, for something that cannot stand beside it is there: {record}',
} as const;
