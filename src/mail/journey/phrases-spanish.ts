// The story in Spanish.

import { unreachable } from '#base/unreachable.ts';
import { tellCheckInSpanish } from './checks-spanish.ts';
import { isForRecipient } from './event.ts';
import { tellFindingsInSpanish } from './findings-spanish.ts';
import { type EventOf, formatBytes, formatMinutes, formatRelay, joinSentence, type StoryPhrases } from './phrases.ts';
import { SPANISH_RULES } from './rules-spanish.ts';
import { securityInSpanish } from './security-spanish.ts';
import type { StoryEnd } from './story-end.ts';

const LOCALE = 'es-ES';

const DOORS: StoryPhrases['doors'] = {
  smtp: 'la puerta por la que otros servidores traen el correo (SMTP)',
  submission: 'la puerta por la que envían nuestros usuarios (submission, STARTTLS)',
  submissions: 'la puerta por la que envían nuestros usuarios (submission, TLS desde el primer byte)',
  lmtp: 'la puerta para el correo de un servidor de la propia casa (LMTP)',
  local: 'la orden sendmail de esta máquina',
  own: 'este mismo servidor',
};

const STAGES = {
  connection: 'el intento de conexión desde',
  greeting: 'el saludo',
  sender: 'el remitente',
  recipient: 'el destinatario',
  data: 'el comienzo del mensaje',
  content: 'el mensaje',
} as const;

const OUTCOMES = { permit: 'aceptado', reject: 'rechazado definitivamente', defer: 'aplazado' } as const;

const LOGIN_REASONS: Readonly<Record<string, string>> = {
  'invalid-credentials': 'el nombre o la contraseña no eran correctos',
  'unknown-account': 'no existe esa cuenta',
  'wrong-password': 'la contraseña no era correcta',
  'no-password': 'la cuenta no tiene contraseña',
  'no-keys': 'la cuenta no tiene claves de SCRAM, solo un resumen de otra clase: serviría PLAIN',
  throttled: 'había habido demasiados fallos antes',
  disabled: 'la cuenta está desactivada',
  unavailable: 'no se pudo consultar el directorio',
  malformed: 'el cliente no respetó las reglas del mecanismo',
  cancelled: 'el cliente lo interrumpió',
  'mechanism-unknown': 'aquí no se conoce ese mecanismo',
  'not-that-identity': 'la cuenta no puede actuar con esa identidad',
  'wrong-proof': 'la prueba de la contraseña no era correcta',
  'channel-binding-unsupported': 'se quería ligar a la conexión de un modo que este servidor no conoce',
  'channel-binding-downgraded': 'alguien intermedio había ocultado al cliente que aquí el acceso se liga a la conexión',
  'channel-binding-mismatch': 'estaba ligado a otra conexión: alguien intermedio lo ha reenviado',
  'no-token': 'el cliente aún no tenía testigo (token) y preguntaba dónde obtenerlo',
  'token-malformed': 'el testigo no es un JSON Web Token',
  'token-of-unknown-issuer': 'el testigo es de un emisor que no está en la configuración',
  'token-algorithm-refused': 'el testigo está firmado de un modo que la configuración no permite',
  'token-bad-signature': 'la firma del testigo no es correcta',
  'token-key-unknown': 'la clave que nombra el testigo no es de su emisor',
  'token-names-no-key': 'el testigo no dice cuál de las claves lo firmó',
  'token-for-others': 'el testigo es para otro servicio',
  'token-inactive': 'el emisor dice que el testigo no vale, o ya no',
  'token-expired': 'el testigo ha caducado',
  'token-without-end': 'el testigo no dice cuándo caduca',
  'token-not-yet-valid': 'el testigo aún no es válido',
  'token-claims-wrong': 'lo que afirma el testigo no encaja',
  'token-without-scope': 'el testigo no sirve para el correo',
  'token-names-nobody': 'el testigo no dice de quién es',
  'token-address-unverified': 'el emisor no ha verificado la dirección que lleva el testigo',
};

const ABANDONED: Readonly<Record<string, string>> = {
  reset: 'el cliente lo retiró (RSET o un nuevo saludo)',
  disconnected: 'la conexión se cortó antes de que acabara',
  'too-large': 'era mayor de lo que este servidor admite',
  failed: 'este servidor no pudo guardarlo',
};

const NOTIFIED = {
  failed: 'de que no se pudo entregar, y por qué',
  delivered: 'de que se entregó',
  relayed: 'de que siguió hacia un servidor que no envía acuses de recibo',
  expanded: 'de que siguió hacia las direcciones que hay detrás de un alias',
} as const;

const CHANGES: Readonly<Record<string, string>> = {
  added: 'se añadió',
  removed: 'se quitó',
  rewrote: 'se completó',
  changed: 'se cambió',
  replaced: 'se sustituyó',
};

const FIELDS: Readonly<Record<string, string>> = { 'empty line': 'la línea vacía', 'mbox line': 'la línea de mbox' };

export const SPANISH: StoryPhrases = {
  locale: LOCALE,
  doors: DOORS,
  rules: SPANISH_RULES,
  events: {
    connected: ({ clientAddress, clientPort, serverPort, profile }) =>
      `Un cliente en ${clientAddress} (su puerto ${clientPort}) se conectó al puerto ${serverPort}, ${DOORS[profile]}.`,
    greeted: ({ helo, extended }) =>
      `Se presentó como «${helo}»${extended ? '' : ', con el antiguo HELO, que no conoce extensiones'}.`,
    secured: ({ tls }) => `La conexión quedó cifrada: ${tls.version} con ${tls.cipher} (${tls.bits} bits).`,
    authenticated: ({ account, mechanism }) => `Se identificó como ${account} (${mechanism}).`,
    'authentication-failed': ({ login, mechanism, reason, service, clientAddress }) =>
      `Falló un intento de identificarse${login === undefined ? '' : ` como «${login}»`} (${mechanism})${
        service === undefined ? '' : `, desde ${clientAddress} en ${service}`
      }: ${LOGIN_REASONS[reason] ?? reason}.`,
    posted: ({ user }) =>
      user === undefined
        ? 'Lo escribió este mismo servidor.'
        : `Lo envió ${user}, usuario de esta máquina, con la orden sendmail.`,
    joined: () => undefined,
    judged: ({ stage, subject, outcome, reply }) =>
      stage === 'content' && outcome === 'permit'
        ? `Examinamos el mensaje entero: aceptado. En cuanto esté a salvo, la respuesta es «${reply}».`
        : `Examinamos ${STAGES[stage]}${isForRecipient(stage, subject) ? ' para' : ''} ${subject}: ${OUTCOMES[outcome]}. Respondimos «${reply}».`,
    checked: (known) => `Preguntamos. ${tellCheckInSpanish(known)}.`,
    routed: ({ recipient }) => `¿Adónde lleva <${recipient}>?`,
    received: ({ messageId, subject, from, sizeBytes }) =>
      joinSentence([
        `El mensaje llegó entero, ${formatBytes(sizeBytes, LOCALE)}`,
        ...(from === undefined ? [] : [`de «${from}»`]),
        ...(subject === undefined ? ['sin asunto'] : [`con el asunto «${subject}»`]),
        ...(messageId === undefined ? [] : [`Message-ID ${messageId}`]),
      ]),
    'sender-checked': () => '¿Es el remitente quien dice ser? Preguntamos al DNS y leímos las firmas:',
    amended: ({ change, milter }) => {
      const [verb = '', ...rest] = change.split(' ');
      const field = rest.join(' ');
      const what = `${CHANGES[verb] ?? verb} ${FIELDS[field] ?? field}.`;
      return milter === undefined ? `Cambiamos su cabecera: ${what}` : `${milter} cambió el mensaje: ${what}`;
    },
    planned: (event) =>
      event.action === 'file'
        ? `El plan para <${event.recipient}>: guardar el mensaje en ${event.mailbox} de ${event.account}.`
        : `El plan para <${event.recipient}>: entregar el mensaje a la cola, hacia ${event.nextHop}.`,
    milter: ({ milter, wish, reason }) => tellMilter(milter, wish, reason),
    'milter-failed': ({ text }) =>
      `No se pudo preguntar a un milter: ${text}. Lo que sigue lo dice milter_default_action.`,
    discarded: () =>
      'Se aceptó y se descartó, como dice una tabla de acceso, un servicio de políticas o un milter (DISCARD).',
    committed: ({ durationMs }) =>
      `Quedó a salvo en el disco, ${durationMs} ms después de la decisión: entonces dijimos que sí (un 250 es una promesa).`,
    filed: ({ recipient, account, mailbox, uid, delayMs }) =>
      `Para <${recipient}> se guardó en ${mailbox} de ${account} con el número (UID) ${uid}, ${delayMs} ms después de empezar.`,
    attempted: ({ destination, recipients }) =>
      `Empezamos a entregarlo a ${destination}${recipients === 1 ? '' : `, para ${recipients} destinatarios a la vez`}.`,
    relayed: ({ recipient, relay, reply, tls, delayMs }) =>
      `Para <${recipient}> lo recogió el servidor ${relay}, ${delayMs} ms después de empezar${tls === undefined ? '' : ` (cifrado: ${tls})`}, y dijo «${reply}». Desde ahora responde él del mensaje.`,
    delivered: ({ recipient, destination, text, delayMs }) =>
      `Para <${recipient}> se entregó a ${destination}, ${delayMs} ms después de empezar: ${text}.`,
    deferred: ({ recipient, relay, reason, retryInMs }) =>
      `Para <${recipient}> aún no se pudo entregar${formatRelay(relay, reason)}: «${reason}». ${
        retryInMs === undefined
          ? 'No habrá más intentos.'
          : `Sigue en la cola; el próximo intento es dentro de ${formatMinutes(retryInMs, LOCALE)}.`
      }`,
    bounced: ({ recipient, relay, reason }) =>
      `Para <${recipient}> no se puede entregar, ni ahora ni después${formatRelay(relay, reason)}: «${reason}».`,
    expired: ({ recipient }) => `Para <${recipient}> se acabó su tiempo en la cola: renunciamos a entregarlo.`,
    held: ({ onArrival }) =>
      onArrival === true
        ? 'Está retenido, como dice una tabla de acceso, un servicio de políticas o un milter (HOLD): espera en la cola hasta que se libere.'
        : 'Una persona que administra el servidor lo retuvo: no le pasa nada hasta que lo libere.',
    released: () => 'Una persona que administra el servidor lo liberó.',
    deleted: () => 'Una persona que administra el servidor lo borró de la cola; no se avisa a nadie.',
    'delayed-warning': ({ to, queueId }) =>
      `Avisamos a <${to}> de que va con retraso y de que lo seguimos intentando (mensaje ${queueId}).`,
    notified: ({ about, to, queueId }) => `Avisamos a <${to}> ${NOTIFIED[about]} (mensaje ${queueId}).`,
    abandoned: ({ reason }) => `El mensaje no llegó a terminar: ${ABANDONED[reason] ?? reason}.`,
  },
  steps: {
    address: 'una dirección de una cuenta',
    'plus-address': 'una dirección con un detalle detrás del +',
    'catch-all': 'no existe esa dirección; la recoge el «catch-all» del dominio',
    alias: 'un alias',
    again: 'ya visto por el camino',
    unknown: 'aquí nadie tiene esa dirección',
    disabled: 'la cuenta está desactivada',
    'domain-disabled': 'el dominio está desactivado',
    elsewhere: 'una dirección de otro servidor',
    canonical: 'canonical_maps la conoce por otro nombre',
    'virtual-alias': 'un alias de virtual_alias_maps',
    'local-alias': 'un alias de alias_maps',
    'luser-relay': 'aquí nadie tiene ese nombre; lo recoge luser_relay',
    'mailbox-transport': 'un nombre de esta máquina; mailbox_transport se lleva su correo',
    'fallback-transport': 'nadie tiene aquí este nombre; fallback_transport se lo lleva',
    'unknown-name': 'local_recipient_maps lo deja entrar, y nadie tiene aquí este nombre: vuelve a quien escribió',
    'double-bounce': 'nadie lee lo que se manda al remitente de nuestras propias preguntas y avisos',
    postmaster: 'siempre hay alguien que lee el correo de postmaster',
    'system-user': 'un usuario de esta máquina',
    'virtual-mailbox': 'un buzón de virtual_mailbox_maps',
    pipe: 'un alias lo entrega a una orden',
    'mail-file': 'un alias lo guarda en un fichero',
    relay: 'aceptamos correo para ese dominio y lo pasamos (relay_domains)',
    relayhost: 'una dirección de otro servidor, a través del relayhost',
    transport: 'transport_maps, o el transporte de su clase, dice adónde va',
    srs: 'vuelve correo que reenviamos, hacia quien lo mandó',
    'srs-malformed': 'parece correo que reenviamos, pero no se puede leer',
    'srs-forged': 'parece correo que reenviamos, pero no lleva nuestra firma',
    'srs-too-old': 'correo que reenviamos, pero hace demasiado tiempo',
    broken: 'una tabla dice algo que no se puede seguir',
  },
  findings: tellFindingsInSpanish,
  security: securityInSpanish,
  check: tellCheckInSpanish,
  unknownRule: 'Esta versión no tiene explicación para esta regla.',
  factNames: {
    route: 'adónde lleva',
    addressClass: 'clase del dominio',
    room: 'sitio en el buzón',
    trust: 'el cliente es',
    verification: 'su servidor dice',
    verified: 'con las palabras',
    declaredSizeBytes: 'tamaño anunciado en bytes',
    sizeBytes: 'tamaño en bytes',
    hops: 'servidores por el camino',
    login: 'sesión de',
    count: 'contados',
    limit: 'límite',
    network: 'red',
  },
  factWords: {
    stranger: 'un desconocido',
    mynetworks: 'de mynetworks',
    own: 'este mismo servidor',
    enough: 'suficiente',
    full: 'ninguno',
    never: 'el mensaje es mayor que todo él',
    'unknown-user': 'aquí nadie tiene esta dirección',
    'broken-table': 'una tabla está mal',
    foreign: 'de otro servidor',
    hosted: 'nuestro, del directorio',
    local: 'nuestro, de la máquina',
    relay: 'de los que pasamos',
    'virtual-alias': 'nuestro, solo alias',
    'virtual-mailbox': 'nuestro, buzones de tablas',
    deliverable: 'se puede entregar',
    undeliverable: 'no lo aceptaría',
    disabled: 'desactivado',
    'alias-loop': 'alias en círculo',
    'alias-limit': 'demasiados alias',
  },
  settingPlace: ({ file, line }) => `${file}, línea ${line}`,
  isDefault: 'el valor por omisión',
  labels: {
    rule: 'Regla',
    why: 'Por qué',
    facts: 'Qué se vio',
    checks: 'Qué se preguntó',
    setting: 'Ajuste',
    otherwise: 'Qué lo habría cambiado',
    way: 'Camino',
    end: 'Al final',
  },
  ending: sayEnding,
  outcomes: {
    arrived: 'entregado',
    waiting: 'en la cola',
    failed: 'sin entregar',
    deleted: 'borrado',
    discarded: 'descartado',
    refused: 'rechazado',
    deferred: 'aplazado',
    'login-failed': 'sesión fallida',
    abandoned: 'sin mensaje',
    unfinished: 'sin terminar',
  },
};

function tellMilter(milter: string, wish: EventOf<'milter'>['wish'], reason: string | undefined): string {
  const why = reason === undefined ? '' : ` («${reason}»)`;
  switch (wish) {
    case 'nothing':
      return `Se lo enseñamos a ${milter}, que no tuvo nada en contra.`;
    case 'discard':
      return `${milter} dice que se acepte y se descarte${why}.`;
    case 'hold':
      return `${milter} quiere que se aparte${why}: en la cola espera a que alguien lo libere; en un buzón de aquí va a Junk.`;
    default:
      return unreachable(wish);
  }
}

function sayEnding(end: StoryEnd): string {
  switch (end.kind) {
    case 'arrived':
      return sayArrival(end.mailboxes.join(', '), end.relays.join(', '));
    case 'waiting':
      return 'el mensaje está en la cola; valija queue show dice cómo va.';
    case 'failed':
      return `el mensaje no se pudo entregar${end.somebodyHasIt ? ' a todos' : ''}, y a quien lo envió ${
        end.senderWasTold ? 'se le avisó' : 'no se le ha avisado (todavía)'
      }.`;
    case 'deleted':
      return `el mensaje se borró de la cola${end.somebodyHasIt ? ' antes de que lo tuvieran todos' : ''}; no se avisó a nadie.`;
    case 'discarded':
      return 'el mensaje se aceptó y se descartó; nadie lo tiene y no se avisó a nadie.';
    case 'refused':
      return 'el mensaje se rechazó, y al remitente se le dijo por qué.';
    case 'deferred':
      return 'el mensaje se aplazó; el remitente lo conserva y volverá a intentarlo.';
    case 'login-failed':
      return 'el cliente no pudo iniciar sesión, y no hubo mensaje.';
    case 'abandoned':
      return 'no hubo mensaje.';
    case 'unfinished':
      return 'el mensaje aún está entrando, o el servidor se paró entretanto; no se prometió nada.';
    default:
      return unreachable(end);
  }
}

function sayArrival(mailboxes: string, relays: string): string {
  if (relays === '') return `el mensaje se entregó: ${mailboxes}.`;
  if (mailboxes === '') return `el mensaje siguió su camino a ${relays}.`;
  return `el mensaje se entregó aquí: ${mailboxes}; y siguió su camino a ${relays}.`;
}
