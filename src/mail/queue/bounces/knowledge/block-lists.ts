// Our address, or a name in the message, stands on a list, or has a bad name with a large provider.

import type { KnownReply } from './known-reply.ts';

export const BLOCK_LISTS: readonly KnownReply[] = [
  {
    name: 'spamhaus-open-resolver',
    when: [['spamhaus', 'open resolver'], ['spamhaus', 'public resolver'], 'error: open resolver'],
    mender: 'their-administrator',
    en: {
      what: 'The receiving server asks the Spamhaus block lists through a public DNS resolver, which Spamhaus does not answer, and takes that for a listing. Nothing is wrong with your message.',
      how: 'They must ask Spamhaus through a resolver of their own. Tell them by another way, for instance by telephone.',
    },
    es: {
      what: 'El servidor receptor consulta las listas de Spamhaus a través de un DNS público, al que Spamhaus no responde, y lo toma por una inclusión. A su mensaje no le pasa nada.',
      how: 'Deben consultar Spamhaus con un DNS propio. Avíseles por otro camino, por ejemplo por teléfono.',
    },
  },
  {
    name: 'spamhaus-pbl',
    when: [['spamhaus', 'pbl'], 'spamhaus.org/query/ip/pbl'],
    mender: 'our-administrator',
    en: {
      what: 'The address of this server belongs to a range from which no mail should come directly: home lines and dynamic addresses (Spamhaus PBL).',
      how: 'Send through the provider (relayhost), or, where the address is fixed and meant for a mail server, remove it at https://check.spamhaus.org.',
    },
    es: {
      what: 'La dirección de este servidor es de un rango desde el que no debería salir correo directamente: líneas domésticas y direcciones dinámicas (Spamhaus PBL).',
      how: 'Enviar a través del proveedor (relayhost) o, si la dirección es fija y de un servidor de correo, darla de baja en https://check.spamhaus.org.',
    },
  },
  {
    name: 'spamhaus-domain',
    when: [
      ['spamhaus', 'dbl'],
      ['surbl', 'blocked'],
      ['surbl', 'listed'],
      ['uribl', 'blocked'],
      ['uribl', 'listed'],
    ],
    mender: 'our-administrator',
    en: {
      what: 'A domain in the message, of its sender or of a link, stands on a list of domains seen in spam.',
      how: 'Look the domain up at https://check.spamhaus.org (or the list named in the reply). A foreign link can simply be left out; for a domain of one’s own the reason must be mended first.',
    },
    es: {
      what: 'Un dominio del mensaje, el del remitente o el de un enlace, está en una lista de dominios vistos en spam.',
      how: 'Buscar el dominio en https://check.spamhaus.org (o en la lista que nombra la respuesta). Un enlace ajeno basta con quitarlo; si el dominio es propio, antes hay que arreglar la causa.',
    },
  },
  {
    name: 'link',
    when: [
      'blacklisted url',
      'url blocked',
      'blocked url',
      'suspicious url',
      'suspicious link',
      'contains a link',
      'contains a url',
      'link in the message',
      'url in this message',
    ],
    mender: 'sender',
    en: {
      what: 'A link in the message is not wanted by the receiving server.',
      how: 'Leave the link out, or write it differently: shortened links are often refused.',
    },
    es: {
      what: 'El servidor receptor no quiere un enlace del mensaje.',
      how: 'Quitar el enlace, o escribirlo de otro modo: los enlaces acortados se rechazan a menudo.',
    },
  },
  {
    name: 'spamhaus',
    when: ['spamhaus', 'zen.dnsbl', 'sbl-xbl'],
    mender: 'our-administrator',
    en: {
      what: 'The address of this server stands on a block list of Spamhaus.',
      how: 'Look it up at https://check.spamhaus.org, mend the reason given there (often a hijacked account or computer that sends spam), then ask for removal on the same page.',
    },
    es: {
      what: 'La dirección de este servidor está en una lista de bloqueo de Spamhaus.',
      how: 'Buscarla en https://check.spamhaus.org, arreglar la causa que allí se da (a menudo una cuenta o un ordenador secuestrado que envía spam) y pedir la baja en la misma página.',
    },
  },
  {
    name: 'spamcop',
    when: ['spamcop'],
    mender: 'our-administrator',
    en: {
      what: 'The address of this server stands on the SpamCop list: people reported spam that came from it.',
      how: 'Look at https://www.spamcop.net/bl.shtml. The listing ends by itself within 24 hours after the last report; find out what was sent.',
    },
    es: {
      what: 'La dirección de este servidor está en la lista de SpamCop: hubo quien denunció spam salido de ella.',
      how: 'Véase https://www.spamcop.net/bl.shtml. La inclusión termina sola 24 horas después de la última denuncia; averigüe qué se envió.',
    },
  },
  {
    name: 'barracuda',
    when: ['barracudacentral', 'barracuda reputation', 'b.barracudacentral.org', 'barracudanetworks.com/reputation'],
    mender: 'our-administrator',
    en: {
      what: 'The address of this server has a bad name with Barracuda, whose filter the recipient uses.',
      how: 'Look it up, and ask for removal, at https://www.barracudacentral.org/lookups.',
    },
    es: {
      what: 'La dirección de este servidor tiene mala fama en Barracuda, cuyo filtro usa el destinatario.',
      how: 'Consultarla y pedir la baja en https://www.barracudacentral.org/lookups.',
    },
  },
  {
    name: 'sender-score',
    when: ['senderscore', 'sender score', 'returnpath', 'return path'],
    mender: 'our-administrator',
    en: {
      what: 'The address of this server has a low sender score.',
      how: 'Look it up at https://senderscore.org; it rises when only wanted mail is sent for some weeks.',
    },
    es: {
      what: 'La dirección de este servidor tiene una puntuación de remitente baja (Sender Score).',
      how: 'Consultarla en https://senderscore.org; sube cuando durante unas semanas solo se envía correo deseado.',
    },
  },
  {
    name: 'outlook-block-list',
    when: [
      's3140',
      's3150',
      's3113',
      's3114',
      'mail.live.com/mail/troubleshooting',
      'part of their network is on our block list',
      'banned sending ip',
      'sender.office.com',
      ['access denied', 'banned sender'],
    ],
    mender: 'our-administrator',
    en: {
      what: 'Microsoft (Outlook, Hotmail, Microsoft 365) blocks the address of this server, or the network it stands in.',
      how: 'Ask for removal at https://sender.office.com (Microsoft 365) or https://olcsupport.office.com (Outlook.com, Hotmail), and register the address at https://sendersupport.olc.protection.outlook.com/snds/.',
    },
    es: {
      what: 'Microsoft (Outlook, Hotmail, Microsoft 365) bloquea la dirección de este servidor, o la red en la que está.',
      how: 'Pedir la baja en https://sender.office.com (Microsoft 365) o https://olcsupport.office.com (Outlook.com, Hotmail), e inscribir la dirección en https://sendersupport.olc.protection.outlook.com/snds/.',
    },
  },
  {
    name: 'outlook-low-reputation',
    when: ['traffic not accepted from this ip', ['5.7.708', 'access denied'], 'as(7230)', 'as(1430)', 'as(9625)'],
    mender: 'our-administrator',
    en: {
      what: 'Microsoft 365 takes nothing from the address of this server, because it does not know it or thinks little of it.',
      how: 'New addresses need some weeks of little, wanted mail. SPF, DKIM and a PTR record must be right; then ask at https://sender.office.com.',
    },
    es: {
      what: 'Microsoft 365 no acepta nada de la dirección de este servidor, porque no la conoce o la tiene en poca estima.',
      how: 'Una dirección nueva necesita unas semanas de poco correo y deseado. SPF, DKIM y el registro PTR deben estar bien; después, solicitarlo en https://sender.office.com.',
    },
  },
  {
    name: 'gmail-low-reputation',
    when: [
      'very low reputation of the sending ip',
      'very low reputation of the sending domain',
      'low reputation of the sending',
      ['unsolicited mail originating from your ip', 'google'],
      ['likely unsolicited mail', 'google'],
      ['likely suspicious due to', 'google'],
    ],
    mender: 'our-administrator',
    en: {
      what: 'Gmail takes the message for spam, because the address or the domain it comes from has a bad name there.',
      how: 'See https://postmaster.google.com for the domain. SPF, DKIM and DMARC must pass; send only what people asked for, and look for a hijacked account.',
    },
    es: {
      what: 'Gmail toma el mensaje por spam, porque la dirección o el dominio del que viene tiene allí mala fama.',
      how: 'Véase el dominio en https://postmaster.google.com. SPF, DKIM y DMARC deben superarse; enviar solo lo que la gente ha pedido y buscar una cuenta secuestrada.',
    },
  },
  {
    name: 'yahoo-reputation',
    when: [
      '[ts01]',
      '[ts02]',
      '[ts03]',
      '[ts04]',
      '[tss0',
      'postmaster.yahooinc.com',
      'postmaster.yahoo.com',
      '[bl21]',
      '[bl23]',
    ],
    mender: 'our-administrator',
    en: {
      what: 'Yahoo (also AOL) holds back mail from this server, because of complaints or because it sent much at once.',
      how: 'Wait some hours without sending more. If it stays: https://senders.yahooinc.com explains the code in brackets.',
    },
    es: {
      what: 'Yahoo (también AOL) retiene el correo de este servidor, por quejas o porque envió mucho de golpe.',
      how: 'Esperar unas horas sin enviar más. Si persiste: https://senders.yahooinc.com explica el código entre corchetes.',
    },
  },
  {
    name: 'german-providers',
    when: [
      'postmaster.gmx.net',
      'postmaster.web.de',
      'postmaster.1und1',
      'postmaster.t-online.de',
      'rx.t-online.de',
      'bad dns ptr resource record',
    ],
    mender: 'our-administrator',
    en: {
      what: 'The provider (GMX, WEB.DE, IONOS or T-Online) does not trust the address of this server.',
      how: 'The address needs a PTR record that is not generic, and the name it gives needs a web page that says who runs the server. The page named in the reply tells the rest.',
    },
    es: {
      what: 'El proveedor (GMX, WEB.DE, IONOS o T-Online) no se fía de la dirección de este servidor.',
      how: 'La dirección necesita un registro PTR que no sea genérico, y el nombre que da, una página web que diga quién lleva el servidor. La página que nombra la respuesta cuenta el resto.',
    },
  },
  {
    name: 'filter-services',
    when: [
      'proofpoint.com',
      'ipcheck.proofpoint',
      'mimecast',
      'cloudmark',
      'csi.cloudmark.com',
      'trendmicro',
      'messagelabs',
      'symantec',
      'talosintelligence',
      'senderbase',
      'cisco.com',
    ],
    mender: 'our-administrator',
    en: {
      what: 'The recipient uses a filter service (named in the reply) that thinks badly of the address of this server.',
      how: 'Look the address up on the page named in the reply, and ask for removal there.',
    },
    es: {
      what: 'El destinatario usa un servicio de filtrado (lo nombra la respuesta) que tiene mala opinión de la dirección de este servidor.',
      how: 'Consultar la dirección en la página que nombra la respuesta y pedir allí la baja.',
    },
  },
  {
    name: 'dynamic-address',
    when: [
      'dynamic ip',
      'dynamic address',
      'dialup',
      'dial-up',
      'residential',
      'dul.dnsbl',
      'generic ptr',
      'generic reverse',
      'looks like a dynamic',
    ],
    mender: 'our-administrator',
    en: {
      what: 'The address of this server looks like that of a home line, from which many servers take no mail.',
      how: 'Send through the provider (relayhost), or have the provider set a PTR record with the server’s own name.',
    },
    es: {
      what: 'La dirección de este servidor parece la de una línea doméstica, de las que muchos servidores no aceptan correo.',
      how: 'Enviar a través del proveedor (relayhost), o que el proveedor ponga un registro PTR con el nombre propio del servidor.',
    },
  },
  {
    name: 'block-list',
    when: [
      'blocked using',
      'block list',
      'blocklist',
      'blacklist',
      'black list',
      'denylist',
      'dnsbl',
      ' rbl',
      'rbl.',
      'listed at',
      'is listed',
      'listed on',
      'blocked by our content and reputation',
      'poor reputation',
      'bad reputation',
      'ip reputation',
      'low reputation',
      'ip address has been blocked',
      'your ip has been blocked',
      'your ip is blocked',
      ['sending ip', 'blocked'],
      'banned ip',
    ],
    mender: 'our-administrator',
    en: {
      what: 'The receiving server uses a block list on which the address of this server stands.',
      how: 'The list is named in the reply. Look the address up there, mend the reason, then ask for removal.',
    },
    es: {
      what: 'El servidor receptor usa una lista de bloqueo en la que está la dirección de este servidor.',
      how: 'La lista se nombra en la respuesta. Consultar allí la dirección, arreglar la causa y pedir la baja.',
    },
  },
];
