// A Dovecot as the settings name it: `/run/dovecot/auth-client`, or an address and a port (`inet:192.0.2.1:12345`).

import type { TemplatePart } from '#mail/directory-sources/variables.ts';
import type { DialTarget } from '#mail/ports/dialer.ts';
import {
  AUTH_CLIENT_VERSION,
  AUTH_MASTER_VERSION,
  formatClientHandshake,
  formatMasterHandshake,
} from '#protocols/dovecot-auth/handshake.ts';
import { dialInClear } from '../sockets/dial.ts';
import { DovecotBackend } from './dovecot-backend.ts';
import { DovecotLink, type DovecotLinkSettings } from './dovecot-link.ts';

export interface DovecotSettings {
  readonly name: string;
  readonly authSocket: string;
  readonly userdbSocket: string | undefined;
  readonly username: readonly TemplatePart[];
  readonly timeoutMs: number;
  readonly mostQuestions: number;
}

export function openDovecotBackend(settings: DovecotSettings): DovecotBackend {
  const { name, authSocket, userdbSocket, username, timeoutMs, mostQuestions } = settings;
  const open = (socket: string, greeting: Pick<DovecotLinkSettings, 'greeting' | 'greetingEnd' | 'majorVersion'>) =>
    new DovecotLink({ name: socket, timeoutMs, mostQuestions, ...greeting }, (withinMs) =>
      dialInClear(socketTarget(socket), withinMs),
    );
  const auth = open(authSocket, {
    greeting: formatClientHandshake(process.pid),
    greetingEnd: 'DONE',
    majorVersion: AUTH_CLIENT_VERSION.major,
  });
  const userdb =
    userdbSocket === undefined
      ? undefined
      : open(userdbSocket, {
          greeting: formatMasterHandshake(),
          greetingEnd: 'SPID',
          majorVersion: AUTH_MASTER_VERSION.major,
        });
  return new DovecotBackend({ name, auth, userdb, username });
}

/** The form is checked where the settings are read. */
function socketTarget(text: string): DialTarget {
  const [, address, port] = /^inet:(.+):(\d+)$/.exec(text) ?? [];
  if (address === undefined) return { kind: 'unix', path: text.replace(/^unix:/, '') };
  return { kind: 'inet', address: address.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}
