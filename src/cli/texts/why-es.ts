// Spanish: `valija why`.

import type { whyEn } from './why-en.ts';

export const whyEs: Readonly<Record<keyof typeof whyEn, string>> = {
  'why.description': 'cuenta qué pasó con un mensaje, y por qué; o que no llegó ninguno',
  'why.argument':
    'un identificador de cola, un Message-ID, una dirección, un dominio, un usuario, o la dirección de un cliente',
  'why.examples': `Ejemplos:
  valija why 4XyZ123456z0Abc
  valija why '<20261121.1000@example.org>' --lang en
  valija why --from ana@example.org --since lunes
  valija why --to usuario2@valija.test --client 192.0.2.1
  valija why example.org --since 2h
Un dominio vale por todas sus direcciones; el remitente nulo se escribe '<>'.
Tiempos: hace 90s, 30m, 2h, 5d; hoy, ayer, lunes; 2026-11-21, 2026-11-21T10:00.`,
  'why.option.from': "el remitente del sobre, o un dominio, o '<>'",
  'why.option.to': 'un destinatario, o un dominio',
  'why.option.client': 'la dirección del cliente',
  'why.option.since': 'solo lo que empezó entonces o después',
  'why.option.until': 'solo lo que empezó entonces o antes',
  'why.option.limit': 'cuántos como mucho (por omisión: 20)',
  'why.choose':
    'hay que decir qué se busca: un identificador, una dirección, o --from, --to, --client, --since (valija help why)',
  'why.unreadable': 'las historias de {file} no se pueden leer: {reason}. Véase: valija state verify',
  'why.field.when': 'Cuándo',
  'why.field.id': 'Id',
  'why.field.from': 'De',
  'why.field.to': 'Para',
  'why.field.outcome': 'Qué fue de él',
  'why.one-of-them': 'La historia de uno de ellos: valija why {id}',
  'why.more': 'Hay más antiguos: --until, o un --limit mayor.',
  'why.none-accepted': 'No se aceptó nada. El último intento fue el {when}: {outcome}.',
  'why.by-rule': '{outcome} por la regla {rule}',
  'why.never.about': 'No se sabe nada de «{about}»{conditions}{time}.',
  'why.never.came': 'No llegó nada{conditions}{time}.',
  'why.condition.from': ' de {from}',
  'why.condition.to': ' para {to}',
  'why.condition.client': ' del cliente {client}',
  'why.condition.since': ' desde el {when}',
  'why.condition.until': ' hasta el {when}',
  'why.earlier': 'El último intento antes de eso fue el {when}: {outcome}.',
  'why.oldest': 'Las historias que se guardan empiezan el {when} (journey_lifetime, journey_size_limit).',
  'why.nothing-kept': 'Aún no se guarda ninguna historia.',
  'why.hint':
    'Quien lo envió tiene una devolución, o una línea en el registro de su servidor, que nombra el servidor al que fue: ¿es este?\nvalija route DIRECCIÓN dice qué haría este servidor con el correo para una dirección.',
  'why.notice-about': 'Esto es un aviso sobre el mensaje {id}, de {from} para {to}: {ending} (valija why {id})',
  'why.notice': 'El aviso {id} para {to}: {ending} (valija why {id})',
};
