// Español: `valija lab`.

import type { labEn } from './lab-en.ts';

export const labEs: Readonly<Record<keyof typeof labEn, string>> = {
  'lab.description': 'varios servidores y un servidor de nombres en esta máquina: una pequeña Internet para aprender',
  'lab.argument': 'un archivo TOML: servidores, zonas, fallos (docs/lab.md)',
  'lab.option.folder': 'dónde guardan el correo los servidores; sin ella, desaparece con el laboratorio',
  'lab.option.exit-after': 'termina por sí solo tras tantos segundos',
  'lab.examples': `Ejemplos:
  valija lab docs/lab.toml
  valija lab docs/lab.toml --folder ./lab
docs/lab.md lo recorre paso a paso: MX, un relay, un rebote.`,
  'lab.ready': 'El laboratorio está listo: {servers} servidores, cada uno con {ports}',
  'lab.server': 'Servidor',
  'lab.address': 'Dirección',
  'lab.domains': 'Dominios',
  'lab.accounts': 'Cuentas',
  'lab.password': 'La contraseña de todas las cuentas: {password}',
  'lab.fault': 'Roto a propósito en el DNS: {name} ({fault})',
  'lab.ask-dns': 'Preguntar a su servidor de nombres',
  'lab.send': 'Enviar un primer mensaje de un servidor a otro',
  'lab.read': 'Leerlo allí',
  'lab.next': 'Después',
  'lab.next-lines': `bin/valija --config {folder}/SERVIDOR/valija.toml why ID-DE-COLA    qué le pasó allí, y por qué
bin/valija --config {folder}/SERVIDOR/valija.toml status            quién escucha, cuántos mensajes
Ctrl-C termina el laboratorio.`,
};
