// The interlock's words, in English.

import type { DangerLanguage } from './danger-language.ts';

export const DANGERS_ENGLISH: DangerLanguage = {
  instead: 'Instead:',
  nevertheless: 'To load it nevertheless: accept_danger = ["{danger}"].',
  names: {
    open_relay: 'open relay: strangers may send to anyone through this server',
    translating_gateway: 'whoever comes through the gateway is trusted',
    backscatter: 'mail is taken for people who do not exist, and bounces to people who never wrote it',
    clear_text_login: 'passwords are asked for without TLS',
    smuggling: 'a message can be hidden within another',
    starttls_injection: 'what was said in clear is carried out under TLS',
  },
  phrases: {
    'trusts-the-world': {
      why: '{element} is more of the Internet than anybody knows, and mynetworks may send to anyone: this is an open relay, which spammers find within hours.',
      instead:
        'let people who are elsewhere log in, on port 587 with TLS (a [[listen]] with service = "submission", an account for each), and name only machines of your own here: mynetworks = ["127.0.0.0/8", "192.168.1.0/24"].',
    },
    'believes-any-proxy': {
      why: 'whoever connects from {element} may say by a PROXY header that it is any client, one of mynetworks too: this is an open relay.',
      instead: 'name the addresses of your proxies: haproxy_trusted_networks = ["192.0.2.7"].',
    },
    'relays-for-all-below': {
      why: 'whoever relays for {element} relays for all domains below it, and those are other people’s: this is an open relay to them.',
      instead: 'name the domains whose mail you hand on: relay_domains = ["example.org"].',
    },
    'relays-for-whatever': {
      why: '{element} has an answer for every domain, so that all of them are relayed for: this is an open relay.',
      instead: 'name the domains whose mail you hand on, or a table that has only those.',
    },
    'permits-strangers': {
      why: '«{element}» permits strangers before anything refuses them other servers’ recipients: this is an open relay.',
      instead:
        'write reject_unauth_destination before it: smtpd_relay_restrictions = ["permit_mynetworks", "permit_sasl_authenticated", "reject_unauth_destination"].',
    },
    'never-refuses-strangers': {
      why: 'no restriction refuses strangers other servers’ recipients: this is an open relay.',
      instead:
        'smtpd_relay_restrictions = ["permit_mynetworks", "permit_sasl_authenticated", "reject_unauth_destination"], which is the default.',
    },
    'trusts-the-gateway': {
      why: '{element} is the gateway of this machine. Where it translates addresses (SNAT), every stranger seems to come from it, and would be trusted.',
      instead:
        'take it out of mynetworks; have the router keep the clients’ addresses (DNAT without masquerading), and let people log in on port 587.',
    },
    'takes-unknown-recipients': {
      why: 'without relay_recipient_maps and without asking the next server, mail for any name in relay_domains is taken; what the next server refuses becomes a bounce to the forged sender (backscatter), and block lists follow.',
      instead: 'list the recipients in relay_recipient_maps, or leave relay_recipient_verification = true.',
    },
    'accepts-unlisted-recipients': {
      why: 'unknown recipients are not refused while the sender waits: each becomes a bounce to a forged sender (backscatter).',
      instead: 'leave smtpd_reject_unlisted_recipient = true.',
    },
    'takes-unknown-names': {
      why: 'empty local_recipient_maps let in every name at mydestination, and nobody takes the mail of those that nobody has: each becomes a bounce to a forged sender (backscatter).',
      instead:
        'take local_recipient_maps out of the file: then aliases, users of the machine and accounts are let in. Or name who gets the rest: luser_relay.',
    },
  },
};
