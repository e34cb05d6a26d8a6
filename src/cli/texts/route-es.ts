// Spanish: `valija route`.

import type { routeEn } from './route-en.ts';

export const routeEs: Readonly<Record<keyof typeof routeEn, string>> = {
  'route.description': 'muestra cada paso desde una dirección hasta lo que se haría con su correo',
  'route.examples': `Ejemplos:
  valija route info@example.org
  valija route root --from ana@example.net
El código de salida es 0 si el correo se aceptaría y 66 si no.`,
  'route.argument': 'una dirección, o un nombre de esta máquina',
  'route.option.from': 'el remitente; sin él, como en un aviso de error',
  'route.not-an-address': '«{address}», o el remitente, no es una dirección',
  'route.field.address': 'Dirección',
  'route.field.class': 'Clase',
  'route.field.verdict': 'Resultado',
  'route.field.step': 'Paso',
  'route.field.way': 'Camino',
  'route.field.recipient': 'Destinatario',
  'route.field.plan': 'Plan',
  'route.field.sender': 'Sale como',
  'route.class.hosted': 'alojada aquí (valija domain)',
  'route.class.local': 'local (mydestination)',
  'route.class.virtual-alias': 'solo alias (virtual_alias_domains)',
  'route.class.virtual-mailbox': 'buzones (virtual_mailbox_domains)',
  'route.class.relay': 'se pasa a otro servidor (relay_domains)',
  'route.class.foreign': 'de otro servidor; los desconocidos no pueden enviar allí a través de este',
  'route.kind.deliverable': 'se puede entregar',
  'route.kind.unknown-user': 'aquí nadie tiene esa dirección',
  'route.kind.disabled': 'desactivada',
  'route.kind.alias-loop': 'alias que solo llevan unos a otros',
  'route.kind.alias-limit': 'alias que llevan a demasiadas direcciones',
  'route.kind.broken-table': 'una tabla dice algo que no se puede seguir',
  'route.action.file': 'INBOX de {to}',
  'route.action.queue': 'cola → {to}',
};
