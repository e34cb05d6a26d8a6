// One restriction: a small function that says its opinion, or a generator that asks questions first. Everything that is known
// without asking stands in the command that is judged.

import type { Mistake } from '#base/mistakes/mistake.ts';
import type { Result } from '#base/result.ts';
import type { FactContext } from '#mail/ports/fact-finder.ts';
import type { AddressClass } from '#mail/routing/domain-classes.ts';
import type { UnknownIn } from '#mail/routing/route.ts';
import type { Said } from './fact.ts';
import type { Opinion } from './opinion.ts';
import type { RestrictionSettings } from './settings.ts';

export type Restriction = (command: JudgedCommand) => Said<Opinion | undefined>;

export interface JudgedCommand extends FactContext {
  readonly settings: RestrictionSettings;
  /** Of the list that is asked, for the words of a reply. */
  readonly subject: Subject;
  /** Where the recipient leads; `undefined` before RCPT, and where several recipients share the verdict. */
  readonly destination: RecipientDestination | undefined;
  /** More came from the client before it could have heard our answer. */
  readonly spokeEarly: boolean;
  /** Reads the restrictions that an access table or a policy service names. */
  readonly readRestrictions: (words: string) => Result<readonly RestrictionElement[], string>;
}

/** `<${name}>: ${what} rejected: …` */
export interface Subject {
  readonly name: string;
  readonly what: SubjectKind;
}

export type SubjectKind =
  | 'Client host'
  | 'Unverified Client host'
  | 'Helo command'
  | 'SASL login name'
  | 'Sender address'
  | 'Recipient address'
  | 'Data command'
  | 'End-of-data';

export interface RecipientDestination {
  readonly addressClass: AddressClass;
  /** True for `user%other@here` and the like: the sender wants to say how the mail goes on. */
  readonly hasSenderRoute: boolean;
  /** The table that does not have it. */
  readonly unlistedIn: UnknownIn | undefined;
}

/** What a restriction needs of the world, so that it can be opened before anything is judged. */
export type Resource =
  | { readonly kind: 'table'; readonly name: string }
  /** `inet:host:port`, `unix:path`, or in braces with attributes. */
  | { readonly kind: 'policy-service'; readonly service: string }
  | { readonly kind: 'greylist' }
  | { readonly kind: 'dns' };

/** One entry of a list, as it was configured. */
export interface RestrictionElement {
  /** `reject_rbl_client zen.example`, with `warn_if_reject` where it stands before it. */
  readonly text: string;
  readonly name: string;
  readonly restriction: Restriction;
  readonly onlyWarns: boolean;
  readonly uses: readonly Resource[];
}

/** What must have been said before a restriction means anything. */
export type Knowledge = 'client' | 'greeting' | 'sender' | 'recipient' | 'data';

/** How an entry of a list is read: by name, with or without an argument. */
export interface RestrictionKind {
  readonly needs: Knowledge;
  /** How its argument is written; `undefined` where it takes none. */
  readonly argument: Mistake | undefined;
  /** The error says what is wrong with the argument. */
  readonly build: (argument: string) => Result<Built, Mistake>;
}

export interface Built {
  readonly restriction: Restriction;
  readonly uses: readonly Resource[];
}

export type RestrictionKinds = Readonly<Record<string, RestrictionKind>>;
