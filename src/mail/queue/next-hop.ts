// Where a recipient's copy goes next, once routing has decided: plain data, that stands in the journal and in the queue.

export type NextHop =
  /** Another server, found by MX unless bracketed: `example.org`, `[mail.example.org]:587`, `[192.0.2.1]`. */
  | { readonly transport: 'smtp'; readonly destination: string }
  /** `inet:host:port` or `unix:/path`. RFC 2033. */
  | { readonly transport: 'lmtp'; readonly destination: string }
  /** A user of the system, by login name: their `~/.forward`, `mailbox_command`, `home_mailbox` or /var/mail, as themselves. */
  | { readonly transport: 'local'; readonly user: string; readonly extension: string | undefined }
  /** A command of an alias file, run by a shell as `user`, the message on its standard input. */
  | { readonly transport: 'pipe'; readonly command: string; readonly user: string }
  /** A file of an alias file, written as `user`: with a final slash a Maildir, else an mbox. */
  | { readonly transport: 'file'; readonly path: string; readonly user: string }
  /** Nowhere: it is done, here and by now, and the sender asked to be told. RFC 3461 §5.2. */
  | { readonly transport: 'done'; readonly end: 'delivered' | 'expanded'; readonly text: string }
  /** `discard:` and `error:5.1.2 no such place` of a transport table. */
  | { readonly transport: 'discard' }
  | { readonly transport: 'error'; readonly status: string; readonly text: string };

/** What waits together, shares a concurrency limit and is reported as one: `smtp:example.org`, `local:usuario2`. */
export function queueDestination(hop: NextHop): string {
  switch (hop.transport) {
    case 'smtp':
    case 'lmtp':
      return `${hop.transport}:${hop.destination.toLowerCase()}`;
    case 'local':
      return `local:${hop.user}`;
    case 'pipe':
    case 'file':
      return `${hop.transport}:${hop.user}`;
    case 'done':
    case 'discard':
    case 'error':
      return hop.transport;
  }
}
