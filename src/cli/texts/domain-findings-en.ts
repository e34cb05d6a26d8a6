// English: what a check of a domain finds, and why it matters.

export const domainFindingsEn = {
  'domain.check.zone': 'Zone',
  'domain.check.mx': 'Mail exchanger',
  'domain.check.host': 'Mail host',
  'domain.check.port': 'Port 25',
  'domain.check.ptr': 'Reverse name',
  'domain.check.list': 'Block lists',
  'domain.check.spf': 'SPF',
  'domain.check.dkim': 'DKIM',
  'domain.check.dmarc': 'DMARC',
  'domain.check.mta-sts': 'MTA-STS',
  'domain.check.tls-rpt': 'TLS reports',
  'domain.check.tlsa': 'DANE',
  'domain.check.client': 'Mail programs',
  'domain.check.caa': 'Certificates',

  'domain.why.zone': 'all others ask these name servers, and believe whichever answers',
  'domain.why.mx': 'without a right MX record mail for the domain comes nowhere, or elsewhere',
  'domain.why.host': 'other servers connect to these addresses and no others',
  'domain.why.port': 'servers speak to one another on port 25 only; providers often close it',
  'domain.why.ptr': 'large receivers refuse mail from an address without a name that leads back to it',
  'domain.why.list': 'servers that ask this list refuse our mail',
  'domain.why.spf': 'without a right SPF record our own mail is taken for forged, and forged mail for ours',
  'domain.why.dkim': 'a signature that cannot be verified counts for nothing, and DMARC may fail for it',
  'domain.why.dmarc': 'Gmail, Yahoo and Microsoft ask for it, and without it anybody can forge the domain',
  'domain.why.mta-sts': 'a wrong policy keeps mail away; none lets others be led to give up TLS',
  'domain.why.tls-rpt': 'nobody else tells us when TLS to this server fails',
  'domain.why.tlsa': 'servers that verify by DANE refuse a certificate that the record does not name',
  'domain.why.client': 'phones and programs find their settings by these names',
  'domain.why.caa': 'an authority that is not named refuses to issue, and TLS ends with the old certificate',

  'domain.finding.zone-ok': 'The zone {subject} is served, and its servers agree.',
  'domain.finding.zone-missing':
    'Nobody serves {subject}: it is not registered, or its registrar knows no name servers.',
  'domain.finding.zone-unanswered': 'Who serves {subject} could not be found out ({reason}).',
  'domain.finding.zone-all-silent':
    'None of the name servers of {subject} answered from here; what follows is what the resolver says.',
  'domain.finding.zone-server-silent': 'The name server {server} of {subject} does not answer.',
  'domain.finding.zone-disagree': 'The name servers say different things of {subject} {type}.',
  'domain.finding.zone-stale':
    'The resolver still says something else of {subject} {type}: it passes when its TTL is over.',
  'domain.finding.zone-unresolvable':
    'The resolver cannot answer {subject} {type}, though the name servers do: DNSSEC of the zone is probably broken.',
  'domain.finding.zone-unsigned':
    'The zone {subject} is not signed, or the resolver does not validate: without DNSSEC there is no DANE.',

  'domain.finding.mx-ok': 'Mail for {subject} is brought here.',
  'domain.finding.mx-owner-is-alias':
    '{subject} is an alias of {target}: the owner of a CNAME record can have no MX record.',
  'domain.finding.mx-unanswered': 'The MX records of {subject} could not be asked for ({reason}).',
  'domain.finding.mx-missing': '{subject} has no MX record.',
  'domain.finding.mx-null': '{subject} says by its MX record that it takes no mail at all: that record must go.',
  'domain.finding.mx-is-address': 'An MX record names the address {subject}; it must name a host.',
  'domain.finding.mx-is-alias':
    'An MX record names {subject}, which is an alias (CNAME) of {target}; it must name the host itself.',
  'domain.finding.mx-host-unanswered': 'The addresses of {subject}, which an MX record names, could not be asked for.',
  'domain.finding.mx-host-missing': 'An MX record names {subject}, which has no address.',
  'domain.finding.mx-not-here': 'The MX records of {subject} lead elsewhere, and none to {host}.',
  'domain.finding.mx-other-name':
    'The MX records of {subject} lead here by the name {name}, not by {host}, for which alone MTA-STS policies and TLSA records are made.',
  'domain.finding.mx-others-first': 'Other servers come before this one for {subject}, or beside it: {hosts}.',
  'domain.finding.mx-others': 'Further servers take mail for {subject} when this one does not: {hosts}.',
  'domain.finding.mx-wildcard-alias':
    'The wildcard {subject} leads every name that is not there to {target}: names of mail that are missing seem to exist.',

  'domain.finding.host-ok': '{subject} leads to this server.',
  'domain.finding.host-not-public':
    'myhostname is {subject}, which nobody else can look up; set it to a name such as mail.example.org.',
  'domain.finding.host-unanswered': 'The addresses of {subject} could not be asked for.',
  'domain.finding.host-missing': '{subject} has no address.',
  'domain.finding.host-unverified':
    'Whether these addresses of {subject} are ours cannot be seen from here: set proxy_interfaces to them, if they are.',
  'domain.finding.host-elsewhere': '{subject} leads to other addresses than those of this server.',
  'domain.finding.host-partly-elsewhere': '{subject} leads to addresses that are not ours, too: {addresses}.',
  'domain.finding.host-incomplete': '{subject} does not lead to all addresses of this server: {addresses}.',

  'domain.finding.port-ok': 'Port 25 of {subject} answers.',
  'domain.finding.port-no-peer': '{peer}, at which port 25 was to be tried, has no address.',
  'domain.finding.port-outward-blocked':
    'No mail server of {peer} can be reached on port 25: the provider probably closes it. Ask for it to be opened, or set relayhost.',
  'domain.finding.port-inward-unreached':
    'Port 25 of {subject} does not answer from here: a firewall, or a router that leads nobody back inside.',
  'domain.finding.port-inward-other': 'On port 25 of {subject} somebody greets who is not {host}.',

  'domain.finding.ptr-ok': '{subject} bears the name that we say in EHLO, and the name leads back.',
  'domain.finding.ptr-behind-relay': 'All mail leaves through {subject}: our own addresses are seen by nobody.',
  'domain.finding.ptr-unknown-address': 'From which address mail leaves is not known; set proxy_interfaces.',
  'domain.finding.ptr-unanswered': 'The PTR record of {subject} could not be asked for ({reason}).',
  'domain.finding.ptr-missing':
    '{subject} has no name ({owner} has no PTR record). Whoever gives you the address sets it.',
  'domain.finding.ptr-not-confirmed': '{subject} is called {name}, but that name does not lead back to it.',
  'domain.finding.ptr-dynamic':
    '{subject} is called {name}: that looks like a line at home, from which many take no mail. Ask for another name, or set relayhost.',
  'domain.finding.ptr-generic':
    '{subject} is called {name}, a name that the provider made of the address; it should be {helo}.',
  'domain.finding.ptr-differs': '{subject} has another name than {helo}, which we say in EHLO.',

  'domain.finding.list-ok': '{subject} is on none of the lists.',
  'domain.finding.list-unknown-address': 'From which address mail leaves is not known; set proxy_interfaces.',
  'domain.finding.list-unanswered': '{list} did not answer about {subject} ({reason}).',
  'domain.finding.list-refuses-us':
    '{list} does not answer those who ask through this resolver; a resolver of your own is answered.',
  'domain.finding.list-gone':
    '{list} answers everything, as a list that was given up: take it out of domain_check_lists.',
  'domain.finding.list-listed': '{subject} is listed by {list}.',

  'domain.finding.spf-ok': 'The SPF record of {subject} covers all addresses that mail leaves from.',
  'domain.finding.spf-unanswered': 'The SPF record of {subject} could not be asked for ({reason}).',
  'domain.finding.spf-not-recognized':
    'A text of {subject} looks like an SPF record and is none: it must begin with «v=spf1 ».',
  'domain.finding.spf-missing': '{subject} has no SPF record.',
  'domain.finding.spf-several': '{subject} has {count} SPF records: with more than one all of them are void.',
  'domain.finding.spf-malformed': 'The SPF record of {name} has a term that nobody knows, {term}: all of it is void.',
  'domain.finding.spf-include-several': 'The SPF record refers to {name}, which has more than one.',
  'domain.finding.spf-include-missing': 'The SPF record refers to {name}, which has none: all of it is void.',
  'domain.finding.spf-include-unanswered': 'The SPF record refers to {name}, which could not be asked for.',
  'domain.finding.spf-lookups': 'The SPF record needs {count} questions to the DNS; after {most} others give up.',
  'domain.finding.spf-voids': '{count} questions of the SPF record lead to nothing; after {most} others give up.',
  'domain.finding.spf-ptr': 'The SPF record uses «ptr», which is slow, and which some do not honour.',
  'domain.finding.spf-permits-all':
    'The SPF record permits every address, as «+all» does: everybody may send in the name of {subject}.',
  'domain.finding.spf-open-end':
    'The SPF record does not say that others may not send: it should end in «-all» or «~all».',
  'domain.finding.spf-behind-relay':
    'All mail leaves through {relay}: whether the SPF record covers its addresses is not known here.',
  'domain.finding.spf-unknown-address':
    'From which address mail leaves is not known, nor whether it is covered; set proxy_interfaces.',
  'domain.finding.spf-unsure': 'Whether the SPF record covers {address} hangs on the single message.',
  'domain.finding.spf-not-covered': 'Mail leaves from {address}, which the SPF record does not cover ({saying}).',

  'domain.finding.dkim-ok': '{subject} has our key.',
  'domain.finding.dkim-no-keys': '{subject} has no DKIM keys: valija dkim generate {subject}',
  'domain.finding.dkim-unanswered': '{subject} could not be asked for ({reason}).',
  'domain.finding.dkim-missing': '{subject} has no record.',
  'domain.finding.dkim-misspelt':
    'The record stands at {subject}; the word is _domainkey, without an underscore between domain and key.',
  'domain.finding.dkim-doubled':
    'The record stands at {subject}: the web form wrote the domain behind the name once more.',
  'domain.finding.dkim-several': '{subject} has more than one key record: nobody knows which one others take.',
  'domain.finding.dkim-malformed': 'What stands at {subject} is no DKIM record.',
  'domain.finding.dkim-revoked': 'The record at {subject} says that the key is revoked.',
  'domain.finding.dkim-differs': 'At {subject} stands another key than ours.',
  'domain.finding.dkim-testing':
    'The record at {subject} says «t=y», testing: some take mail as if it were not signed.',

  'domain.finding.dmarc-ok': '{subject} has a DMARC record.',
  'domain.finding.dmarc-unanswered': '{subject} could not be asked for ({reason}).',
  'domain.finding.dmarc-missing': 'There is no DMARC record at {subject}.',
  'domain.finding.dmarc-covered':
    '{domain} has no DMARC record of its own; that of {above} covers it, with the policy «{policy}» for names below.',
  'domain.finding.dmarc-above-unanswered':
    'There is no DMARC record at {subject}; whether one of a domain above covers it could not be asked for.',
  'domain.finding.dmarc-not-recognized': 'What stands at {subject} is no DMARC record: it must begin with «v=DMARC1;».',
  'domain.finding.dmarc-several': '{subject} has more than one DMARC record: then none counts.',
  'domain.finding.dmarc-no-policy': 'The DMARC record at {subject} has no policy (p=).',
  'domain.finding.dmarc-bad-policy':
    'The DMARC record at {subject} has {tag}={policy}; it is none, quarantine or reject.',
  'domain.finding.dmarc-policy-none': 'The policy is «none»: forged mail is reported and still delivered.',
  'domain.finding.dmarc-empty-address':
    '{tag} has a «mailto:» without an address: some take the whole record for void.',
  'domain.finding.dmarc-bad-address':
    '{tag} has {uri}, which is no address; it looks like mailto:postmaster@example.org',
  'domain.finding.dmarc-no-reports':
    'No reports are asked for (rua=): nobody tells you who sends in the name of the domain.',
  'domain.finding.dmarc-no-consent':
    'Reports shall go to {address}, but {owner} does not say that they are welcome there.',
  'domain.finding.dmarc-consent-unanswered': 'Whether reports are welcome at {address} could not be asked for.',

  'domain.finding.mta-sts-ok': 'MTA-STS: the record, the policy and the MX records agree.',
  'domain.finding.mta-sts-unanswered': '{subject} could not be asked for ({reason}).',
  'domain.finding.mta-sts-missing': 'There is no MTA-STS record at {subject}.',
  'domain.finding.mta-sts-not-recognized':
    'What stands at {subject} is no MTA-STS record: it must begin with «v=STSv1;».',
  'domain.finding.mta-sts-several': '{subject} has more than one MTA-STS record: then none counts.',
  'domain.finding.mta-sts-malformed': 'The id in the record at {subject} is not one of 1 to 32 letters and digits.',
  'domain.finding.mta-sts-old-id':
    'The id at {subject} is of another policy than the one that is given out: others do not notice the new one.',
  'domain.finding.mta-sts-host-unanswered': 'The addresses of {subject} could not be asked for.',
  'domain.finding.mta-sts-host-missing': '{subject} has no address: the policy cannot be fetched.',
  'domain.finding.mta-sts-not-served': 'The policy cannot be fetched from {subject}: {reason}.',
  'domain.finding.mta-sts-one-line': 'The policy at {subject} stands on one line: each field needs a line of its own.',
  'domain.finding.mta-sts-policy-malformed': 'The policy at {subject} cannot be read: {reason}.',
  'domain.finding.mta-sts-mode-none': 'The policy at {subject} says «none»: it asks for nothing.',
  'domain.finding.mta-sts-mode-testing':
    'The policy at {subject} says «testing»: «enforce» once TLS reports show that all is well.',
  'domain.finding.mta-sts-mx-differs':
    'The policy at {subject} does not name {exchangers}, to which the MX records lead: who keeps to it brings no mail there.',

  'domain.finding.tls-rpt-ok': 'TLS reports are asked for.',
  'domain.finding.tls-rpt-unanswered': '{subject} could not be asked for ({reason}).',
  'domain.finding.tls-rpt-missing': 'No TLS reports are asked for at {subject}.',
  'domain.finding.tls-rpt-several': '{subject} has more than one record: then none counts.',
  'domain.finding.tls-rpt-bad-address': 'rua= at {subject} is no list of mailto: and https: addresses.',

  'domain.finding.tlsa-ok': 'The TLSA record fits the certificate that is served.',
  'domain.finding.tlsa-unanswered': '{subject} could not be asked for ({reason}).',
  'domain.finding.tlsa-missing': 'The zone is signed; a TLSA record would let others verify our certificate (DANE).',
  'domain.finding.tlsa-unsigned-zone': 'There is no TLSA record, and without DNSSEC it would be of no use.',
  'domain.finding.tlsa-unproven':
    'The TLSA record at {subject} counts for nobody: the zone is not signed, or the resolver does not validate.',
  'domain.finding.tlsa-no-certificate': 'No certificate of ours was seen to compare the TLSA record at {subject} with.',
  'domain.finding.tlsa-differs':
    'The TLSA record at {subject} names another key than the one that is served: mail is refused for it.',
  'domain.finding.tlsa-other-form':
    'The TLSA record at {subject} has a form that is not compared here; «3 1 1» is what is advised.',

  'domain.finding.client-ok': 'Mail programs find their settings.',
  'domain.finding.client-unanswered': '{subject} could not be asked for.',
  'domain.finding.client-missing': '{count} records by which mail programs set themselves up are not there.',
  'domain.finding.client-elsewhere': '{subject} leads to another server.',
  'domain.finding.client-differs': '{subject} names another host or port than ours.',

  'domain.finding.caa-ok': 'The authorities that we use may issue certificates.',
  'domain.finding.caa-unanswered': 'The CAA records of {subject} could not be asked for.',
  'domain.finding.caa-missing': 'Every authority may issue certificates for {subject}.',
  'domain.finding.caa-forbids': 'The CAA records of {subject} do not let {issuers} issue.',
} as const;
