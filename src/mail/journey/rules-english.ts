// Why each rule decides as it does, in English. A test holds this list against the rules in `mail/policy/`.

import type { RuleExplanation } from './phrases.ts';
import { ENGLISH_RESTRICTIONS } from './restrictions-english.ts';

export const ENGLISH_RULES: Readonly<Record<string, RuleExplanation>> = {
  ...ENGLISH_RESTRICTIONS,
  smtpd_milters: {
    why: 'A milter, a program beside this server that looks at mail (smtpd_milters), is against it. The reply is the milter’s own.',
    otherwise: 'What that milter’s settings say; or taking it out of smtpd_milters.',
  },
  non_smtpd_milters: {
    why: 'A milter, a program beside this server that looks at mail (non_smtpd_milters), is against it. The reply is the milter’s own.',
    otherwise: 'What that milter’s settings say; or taking it out of non_smtpd_milters.',
  },
  milter_header_checks: {
    why: 'A milter wrote a header field of which milter_header_checks says that the message is refused.',
    otherwise: 'Another entry in that table; or a milter that does not write that field.',
  },
  smtpd_milter_maps: {
    why: 'The entry of smtpd_milter_maps for this client cannot be read, so it is not known which milters look at its mail.',
    otherwise:
      'An entry that names milters as smtpd_milters does, or DISABLE. The log has the details, and the client comes again.',
  },
  milter_default_action: {
    why: 'A milter could not be asked, or said what nobody understands, and milter_default_action says what follows. The log has the details.',
    otherwise: 'The milter running again. With tempfail the sender tries again, so the mail is not lost.',
  },
  permit: { why: 'No rule had anything against it.' },
  permit_auth_destination: { why: 'The recipient lives on this server, so anyone may write to it.' },
  permit_mynetworks: { why: 'The client is in one of mynetworks, whose machines may send to anyone.' },
  permit_sasl_authenticated: { why: 'The sender is one of our own users and has logged in.' },
  message_size_limit: {
    why: 'The message is larger than this server takes.',
    otherwise: 'A smaller message, or a higher message_size_limit in valija.toml.',
  },
  header_size_limit: {
    why: 'The header of the message is larger than any honest one.',
    otherwise: 'A smaller header, or a higher header_size_limit in valija.toml.',
  },
  hopcount_limit: {
    why: 'Each server on the way adds one Received field. So many of them mean that the message runs in a circle.',
    otherwise: 'Finding the two servers that send it to each other, and stopping one of them.',
  },
  authentication_required: {
    why: 'This door is for our own users, and who they are shows in their login.',
    otherwise: 'Logging in first. Other servers bring their mail to port 25.',
  },
  reject_disabled_submitter: {
    why: 'The account that has logged in is disabled, or was removed meanwhile.',
    otherwise: 'Enabling the account again (valija account set).',
  },
  reject_sender_login_mismatch: {
    why: 'Nobody may send in the name of somebody else: the sender is none of the addresses of the account that logged in.',
    otherwise: 'Sending from an address of one’s own, or adding the address to the account (valija account set).',
  },
  reject_unclear_author: {
    why: 'A message has one From field with at least one address that can be read; otherwise nobody can tell who wrote it.',
    otherwise: 'A mail program that writes one proper From field.',
  },
  reject_author_login_mismatch: {
    why: 'What people see as the author is the From field, and it names an address that is not of the account that logged in.',
    otherwise: 'Writing with an address of one’s own in From and Sender.',
  },
  smtpd_recipient_limit: {
    why: 'One message may have only so many recipients; for the others the client comes again.',
    otherwise: 'Fewer recipients at once, or a higher smtpd_recipient_limit in valija.toml.',
  },
  reject_unauth_destination: {
    why: 'The recipient is on another server, and the client has neither logged in nor is it in mynetworks. A server that carries mail from anyone to anyone (an open relay) is found by spammers within hours.',
    otherwise: 'Logging in on port 587 or 465, or the recipient’s domain being one of ours (valija domain add).',
  },
  broken_table: {
    why: 'A table that this address leads through (aliases, mailboxes, transports) says what nobody can follow. The log has the details.',
    otherwise: 'Mending the table. The sender tries again, so the mail is not lost.',
  },
  error_transport: {
    why: 'transport_maps say that there is no delivery to this address.',
    otherwise: 'Another entry in transport_maps.',
  },
  reject_unlisted_recipient: {
    why: 'The domain is ours, but nobody in it has this address. We say so while the sender still waits, for a bounce later might hit somebody whose address was forged.',
    otherwise: 'The right spelling, or making the account or alias (valija account add, valija alias add).',
  },
  reject_unverified_recipient: {
    why: 'We hand on the mail of this domain. The server behind us was asked whether it would take the recipient: it would not, or could not be asked. We say so while the sender still waits, for a bounce later might hit somebody whose address was forged.',
    otherwise:
      'The right spelling, the address on the server behind us, or that server within reach again. Where it cannot be asked: relay_recipient_maps with the addresses that exist.',
  },
  reject_disabled_recipient: {
    why: 'The account, or the whole domain, is disabled.',
    otherwise: 'Enabling it again (valija account set, valija domain set).',
  },
  alias_loop: {
    why: 'The aliases behind this address only lead to each other.',
    otherwise: 'An alias among them that leads to an account. The sender tries again, so the mail is not lost.',
  },
  virtual_alias_expansion_limit: {
    why: 'The aliases behind this address lead to too many addresses, or lie too deep in each other.',
    otherwise: 'Fewer addresses. The sender tries again, so the mail is not lost.',
  },
  quota: {
    why: 'There is no room for the message in the mailbox.',
    otherwise: 'Deleting old mail, or a larger quota (valija account set).',
  },
  temporary_failure: {
    why: 'Something this server needs (its disk, its directory) did not work. The log has the details.',
    otherwise: 'Mending it. The sender tries again, so the mail is not lost.',
  },
  insufficient_storage: {
    why: 'The disk is full.',
    otherwise: 'Making room. The sender tries again, so the mail is not lost.',
  },
  smtpd_client_connection_count_limit: {
    why: 'So many connections from one network are open at this door that the next has to wait.',
    otherwise:
      'Fewer connections at once, a higher smtpd_client_connection_count_limit, or the network in smtpd_client_event_limit_exceptions.',
  },
  smtpd_client_connection_rate_limit: {
    why: 'One network has connected so often within a minute that it has to wait for the next.',
    otherwise:
      'Connecting less often, a higher smtpd_client_connection_rate_limit, or the network in smtpd_client_event_limit_exceptions.',
  },
  smtpd_client_message_rate_limit: {
    why: 'One network has begun so many messages within a minute that it has to wait for the next.',
    otherwise:
      'Sending more slowly, a higher smtpd_client_message_rate_limit, or the network in smtpd_client_event_limit_exceptions.',
  },
  mail_client_connection_count_limit: {
    why: 'So many connections from one network are open at this door that the next has to wait.',
    otherwise:
      'Fewer connections at once, a higher mail_client_connection_count_limit, or the network in smtpd_client_event_limit_exceptions.',
  },
  mail_client_connection_rate_limit: {
    why: 'One network has connected so often within a minute that it has to wait for the next.',
    otherwise:
      'Connecting less often, a higher mail_client_connection_rate_limit, or the network in smtpd_client_event_limit_exceptions.',
  },
  http_client_connection_count_limit: {
    why: 'So many HTTP connections from one network are open at this door that the next has to wait.',
    otherwise:
      'Fewer connections at once, a higher http_client_connection_count_limit, or the network in smtpd_client_event_limit_exceptions.',
  },
  http_client_connection_rate_limit: {
    why: 'One network has opened so many HTTP connections within a minute that it has to wait for the next.',
    otherwise:
      'Connecting less often, a higher http_client_connection_rate_limit, or the network in smtpd_client_event_limit_exceptions.',
  },
  mail_max_userip_connections: {
    why: 'The account has as many sessions from this network as it may have.',
    otherwise: 'Closing a mail program, or a higher mail_max_userip_connections.',
  },
  spf_fail: {
    why: 'The sender’s domain publishes which machines may send in its name (SPF), and the client is none of them.',
    otherwise: 'Sending by a server that the SPF record names; or spf_fail_action = "accept" in valija.toml.',
  },
  authentication_temporary_error: {
    why: 'The DNS gave no answer about the sender, and the settings say that such mail waits until it does.',
    otherwise: 'A DNS that answers; or authentication_temporary_error = "accept", which lets it in as unproven.',
  },
  trusted_arc_sealer: {
    why: 'On its way the message was changed, as mailing lists do. A server in trusted_arc_sealers saw it before, when it still proved its author, and says so under its seal (ARC).',
  },
  dmarc_unclear_author: {
    why: 'From names authors of so many domains that nobody can say whose policy holds.',
    otherwise: 'One author, or several of one domain.',
  },
  dmarc_reject: {
    why: 'Neither SPF nor a DKIM signature proves that the message comes from the domain in From, and that domain asks that such mail be refused (DMARC, p=reject): somebody may be forging it.',
    otherwise:
      'A DKIM signature of that domain, or a server that its SPF record names together with a sender address of it. For mailing lists: trusted_arc_sealers.',
  },
  dmarc_quarantine: {
    why: 'Neither SPF nor a DKIM signature proves that the message comes from the domain in From, and that domain asks that such mail be set apart (DMARC, p=quarantine): it goes to Junk.',
    otherwise:
      'A DKIM signature of that domain, or a server that its SPF record names together with a sender address of it.',
  },
  service_connection_limit: {
    why: 'So many connections are open at this door that the next has to wait; the other doors have room.',
    otherwise: 'A higher service_connection_limit, if the machine bears it.',
  },
  connection_limit: {
    why: 'So many connections are open that the next has to wait.',
    otherwise: 'A higher connection_limit, if the machine bears it.',
  },
  postscreen_greet_action: {
    why: 'The client spoke before the greeting that it has to wait for, as programs that only push out mail do.',
    otherwise: 'A client that waits for the greeting; or postscreen_greet_action = "ignore".',
  },
};
