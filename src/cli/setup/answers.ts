// What `valija setup` must know, and what it asks for: only what it was not told and cannot find out. With --yes, and where
// nobody sits at the terminal, the answers are those it proposes.

import { isInAnyNetwork } from '#base/ip-network.ts';
import { UNROUTABLE_NETWORKS } from '#base/unroutable-networks.ts';
import { parseDomainName } from '#protocols/message/domain-name.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandFailure, EXIT } from '../exit-code.ts';
import { askHidden, askVisibly } from '../output/prompt.ts';
import type { TextKey } from '../texts/text-key.ts';
import { readTrustedAuthorities } from '../tls/trusted-authorities.ts';
import type { MachineFacts } from './machine-facts.ts';

/** Let's Encrypt. */
export const USUAL_AUTHORITY = 'https://acme-v02.api.letsencrypt.org/directory';
const NONE = 'none';

export interface SetupAnswers {
  readonly domain: string;
  readonly account: string;
  /** None: one is made, and shown once. */
  readonly password: string | undefined;
  /** None: this server has its settings already. */
  readonly server: ServerAnswers | undefined;
}

export interface ServerAnswers {
  readonly hostname: string;
  /** Whom the authority may write to. */
  readonly contact: string;
  readonly authority: Authority | undefined;
  /** Those that are not of this machine's own interfaces: behind a router. */
  readonly publicAddresses: readonly string[];
  readonly relayhost: string | undefined;
}

export interface Authority {
  readonly directory: string;
  /** PEM: whom to trust for the connection to one that the world does not know. */
  readonly trusted: string | undefined;
}

export interface SetupOptions {
  readonly hostname?: string;
  readonly account?: string;
  readonly passwordStdin?: boolean;
  readonly contact?: string;
  readonly acme?: string;
  readonly acmeCafile?: string;
  readonly publicAddress?: string;
  readonly relayhost?: string;
  readonly yes?: boolean;
  readonly plan?: boolean;
}

/** Throws CommandFailure: something was not understood, or the person gave up. */
export async function gatherAnswers(
  context: CommandContext,
  facts: MachineFacts,
  domainText: string,
  options: SetupOptions,
): Promise<SetupAnswers> {
  const domain = readDomain(context, domainText);
  const ask = asker(context, options);
  const { acmeCafile } = options;
  const trusted = acmeCafile === undefined ? undefined : readTrustedAuthorities(context, acmeCafile);
  const hostname =
    facts.existingConfig === undefined
      ? readDomain(context, options.hostname ?? (await ask('setup.ask.hostname', proposeHostname(domain, facts))))
      : undefined;
  const account = options.account ?? (await ask('setup.ask.account', `postmaster@${domain}`));
  if (!account.endsWith(`@${domain}`)) {
    throw new CommandFailure(EXIT.data, context.say('setup.account-elsewhere', { account, domain }));
  }
  const password = await readPassword(context, options, account);
  const server =
    hostname === undefined
      ? undefined
      : { hostname, ...(await gatherServer(ask, facts, account, { ...options, trusted })) };
  return { domain, account, password, server };
}

async function gatherServer(
  ask: Ask,
  { addresses }: MachineFacts,
  account: string,
  options: SetupOptions & Pick<Authority, 'trusted'>,
): Promise<Omit<ServerAnswers, 'hostname'>> {
  const directory = options.acme ?? (await ask('setup.ask.acme', USUAL_AUTHORITY));
  const authority = directory === NONE ? undefined : { directory, trusted: options.trusted };
  const contact = authority === undefined ? account : (options.contact ?? (await ask('setup.ask.contact', account)));
  // Behind a router nobody here knows it.
  const outside =
    options.publicAddress ??
    (addresses.some((address) => !isInAnyNetwork(address, UNROUTABLE_NETWORKS))
      ? NONE
      : await ask('setup.ask.public-address', NONE));
  const relayhost = options.relayhost ?? (await ask('setup.ask.relayhost', NONE));
  return {
    contact,
    authority,
    publicAddresses: outside === NONE ? [] : outside.split(/[ ,]+/).filter((text) => text !== ''),
    relayhost: relayhost === NONE ? undefined : relayhost,
  };
}

type Ask = (question: TextKey, proposal: string) => Promise<string>;

function asker({ say, input, errors, paint }: CommandContext, { yes, plan }: SetupOptions): Ask {
  if (yes || plan || !input.isTTY) return async (_question, proposal) => proposal;
  return async (question, proposal) => {
    const answer = await askVisibly(input, errors, `${say(question)} [${paint('bold', proposal)}] `);
    if (answer === undefined) throw new CommandFailure(EXIT.interrupted, say('setup.given-up'));
    return answer.trim() === '' ? proposal : answer.trim();
  };
}

/** The machine's own name where it is one of the domain, else the usual one. */
function proposeHostname(domain: string, { hostname }: MachineFacts): string {
  return hostname.endsWith(`.${domain}`) ? hostname : `mail.${domain}`;
}

async function readPassword(
  { say, input, errors }: CommandContext,
  { passwordStdin, yes, plan }: SetupOptions,
  account: string,
): Promise<string | undefined> {
  if (passwordStdin) {
    const chunks: Buffer[] = [];
    for await (const chunk of input as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8').split(/\r?\n/, 1)[0] || undefined;
  }
  if (yes || plan || !input.isTTY) return undefined;
  const password = await askHidden(input, errors, say('setup.ask.password', { account }));
  if (password === undefined) throw new CommandFailure(EXIT.interrupted, say('setup.given-up'));
  return password === '' ? undefined : password;
}

function readDomain({ say }: CommandContext, text: string): string {
  const parsed = parseDomainName(text);
  if (parsed.ok && parsed.value.includes('.')) return parsed.value;
  throw new CommandFailure(EXIT.data, say('setup.no-domain', { text }));
}
