// Why each restriction of the smtpd_*_restrictions decides as it does, in English. A test holds this list against the
// register of restrictions.

import type { RuleExplanation } from './phrases.ts';

const ACCESS: RuleExplanation = {
  why: 'An access table has an entry for it, and the entry says what becomes of it.',
  otherwise: 'Another entry in that table, or none.',
};
const HOST_ACCESS: RuleExplanation = {
  why: 'An access table has an entry for the servers, or the addresses, that the DNS names for it.',
  otherwise: 'Another entry in that table, or none; or another answer of the DNS.',
};
const NAME_LIST: RuleExplanation = {
  why: 'The domain is on a list, kept in the DNS, of domains that bad mail comes from. The reply says which list, and the list says why.',
  otherwise: 'Taking the domain off that list (its keepers say how), or taking the list out of the setting.',
};
const SENDER_LOGIN: RuleExplanation = {
  why: 'Nobody may send in the name of somebody else: the sender’s address belongs to another account than the one that logged in, or to one while nobody has logged in.',
  otherwise: 'Logging in as its owner, or sending from an address of one’s own.',
};

export const ENGLISH_RESTRICTIONS: Readonly<Record<string, RuleExplanation>> = {
  reject: {
    why: 'A list of restrictions ends with «reject»: whoever was not let in before it is refused.',
    otherwise: 'Something before it in the list that permits.',
  },
  defer: {
    why: 'A list of restrictions says «defer»: the sender is to come again.',
    otherwise: 'Something before it in the list that permits.',
  },
  defer_if_permit: {
    why: 'A list of restrictions says «defer_if_permit»: what would be let in is to come again.',
    otherwise: 'Taking it out of the list.',
  },
  defer_if_reject: {
    why: 'A list of restrictions says «defer_if_reject»: what would be refused for good is to come again.',
    otherwise: 'Taking it out of the list.',
  },
  sleep: { why: 'A list of restrictions makes the client wait a while.' },
  permit_inet_interfaces: { why: 'The client is this machine itself.' },
  reject_plaintext_session: {
    why: 'The connection is not encrypted, and here it has to be.',
    otherwise: 'STARTTLS before MAIL.',
  },
  reject_unauth_pipelining: {
    why: 'The client sent further commands before it had heard the answers that it has to wait for, as programs that only push out mail do.',
    otherwise: 'A client that waits for the answers to EHLO, and pipelines only where that is allowed.',
  },
  reject_unknown_client_hostname: {
    why: 'The client’s address has no name in the DNS, or the name does not lead back to the address. Servers that are looked after have both.',
    otherwise: 'A PTR record for the client’s address, and an A or AAAA record of that name with the same address.',
  },
  reject_unknown_reverse_client_hostname: {
    why: 'The client’s address has no name in the DNS.',
    otherwise: 'A PTR record for the client’s address; whoever the address was rented from makes it.',
  },
  reject_unknown_forward_client_hostname: {
    why: 'The name of the client’s address is not in the DNS itself.',
    otherwise: 'An A or AAAA record for the name that the PTR record gives.',
  },
  reject_invalid_helo_hostname: {
    why: 'What the client calls itself (HELO) is no name of a host, and no address in brackets.',
    otherwise: 'A proper name in the client’s settings (with Postfix: smtp_helo_name).',
  },
  reject_non_fqdn_helo_hostname: {
    why: 'What the client calls itself (HELO) is not a full name with a domain, nor an address in brackets.',
    otherwise: 'A full name in the client’s settings (with Postfix: smtp_helo_name).',
  },
  reject_unknown_helo_hostname: {
    why: 'What the client calls itself (HELO) has neither an address nor a mail server in the DNS.',
    otherwise: 'An A, AAAA or MX record for that name, or a name that has one.',
  },
  reject_non_fqdn_sender: {
    why: 'The sender’s address has no full domain.',
    otherwise: 'A sender with a full domain.',
  },
  reject_non_fqdn_recipient: {
    why: 'The recipient’s address has no full domain.',
    otherwise: 'A recipient with a full domain.',
  },
  reject_unknown_sender_domain: {
    why: 'Nobody could answer: the sender’s domain has neither a mail server (MX) nor an address in the DNS, or says that it takes no mail.',
    otherwise: 'An MX, A or AAAA record for the domain, or a sender in a domain that has one.',
  },
  reject_unknown_recipient_domain: {
    why: 'The recipient’s domain has neither a mail server (MX) nor an address in the DNS, or says that it takes no mail.',
    otherwise: 'The right spelling of the domain.',
  },
  reject_multi_recipient_bounce: {
    why: 'A bounce has one recipient, who sent what comes back. This one names several.',
    otherwise: 'One bounce for each recipient.',
  },
  reject_authenticated_sender_login_mismatch: SENDER_LOGIN,
  reject_known_sender_login_mismatch: SENDER_LOGIN,
  reject_unauthenticated_sender_login_mismatch: SENDER_LOGIN,
  reject_unlisted_sender: {
    why: 'The sender’s domain is ours, but nobody in it has this address.',
    otherwise: 'The right spelling, or making the account or alias (valija account add, valija alias add).',
  },
  reject_unverified_sender: {
    why: 'The sender’s own server was asked whether it would take mail for that address: it would not, or could not be asked. Nobody could answer.',
    otherwise: 'A sender that exists, and whose server can be reached.',
  },
  defer_unauth_destination: {
    why: 'The recipient is on another server, and nothing lets the client send there. The setting has it come again.',
    otherwise: 'Logging in, or the recipient’s domain being one of ours.',
  },
  check_client_access: ACCESS,
  check_reverse_client_hostname_access: ACCESS,
  check_helo_access: ACCESS,
  check_sender_access: ACCESS,
  check_recipient_access: ACCESS,
  check_sasl_access: ACCESS,
  check_client_a_access: HOST_ACCESS,
  check_client_mx_access: HOST_ACCESS,
  check_client_ns_access: HOST_ACCESS,
  check_reverse_client_hostname_a_access: HOST_ACCESS,
  check_reverse_client_hostname_mx_access: HOST_ACCESS,
  check_reverse_client_hostname_ns_access: HOST_ACCESS,
  check_helo_a_access: HOST_ACCESS,
  check_helo_mx_access: HOST_ACCESS,
  check_helo_ns_access: HOST_ACCESS,
  check_sender_a_access: HOST_ACCESS,
  check_sender_mx_access: HOST_ACCESS,
  check_sender_ns_access: HOST_ACCESS,
  check_recipient_a_access: HOST_ACCESS,
  check_recipient_mx_access: HOST_ACCESS,
  check_recipient_ns_access: HOST_ACCESS,
  reject_rbl_client: {
    why: 'The client’s address is on a block list: a list, kept in the DNS, of addresses that bad mail comes from. The reply says which list, and the list says why.',
    otherwise:
      'Taking the address off that list (its keepers say how), permit_dnswl_client or an access table before it, or taking the list out of the setting.',
  },
  reject_rhsbl_client: NAME_LIST,
  reject_rhsbl_reverse_client: NAME_LIST,
  reject_rhsbl_helo: NAME_LIST,
  reject_rhsbl_sender: NAME_LIST,
  reject_rhsbl_recipient: NAME_LIST,
  permit_dnswl_client: {
    why: 'The client’s address is on a list, kept in the DNS, of servers that are known to be good.',
  },
  permit_rhswl_client: {
    why: 'The client’s name is on a list, kept in the DNS, of servers that are known to be good.',
  },
  check_policy_service: {
    why: 'Another program, a policy service, was asked, and its answer decided.',
    otherwise: 'Another answer of that program; its log says why it gave this one.',
  },
  check_greylist: {
    why: 'This client has never brought mail from this sender to this recipient before. Honest servers come again after a while, and then it is taken; programs that only push out mail do not (greylisting).',
    otherwise: 'Coming again after greylist_delay. Or the client in greylist_whitelist_clients.',
  },
};
