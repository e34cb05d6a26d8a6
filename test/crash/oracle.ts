// Holds what the clients were told, and judges by it what a server shows after it was killed.
//
// I1 what was acknowledged is there · I2 nothing partial is visible · I3 UIDVALIDITY stays, no UID is used twice ·
// I4 what was not acknowledged is there once or not at all · I5 the server starts by itself (the sweep).

import assert from 'node:assert/strict';
import type { SeenMailbox } from '../world/mail-reader.ts';

/** What a client knows of a message. `…ing`: asked for, and not answered. */
type Knowledge =
  | { readonly phase: 'sending' }
  | { readonly phase: 'there'; readonly uid: number | undefined }
  | { readonly phase: 'expunging' }
  | { readonly phase: 'expunged' }
  | { readonly phase: 'moving' }
  | { readonly phase: 'moved'; readonly uid: number | undefined };

export interface SeenState {
  readonly INBOX: SeenMailbox;
  readonly Moved: SeenMailbox;
}

type Box = keyof SeenState;

export class Oracle {
  readonly #known = new Map<string, Knowledge>();
  readonly #texts = new Map<string, string>();
  #before: SeenState | undefined;
  /** Counted over all rounds. */
  acknowledged = 0;

  get inFlight(): number {
    return [...this.#known.values()].filter(({ phase }) => phase.endsWith('ing')).length;
  }

  sending(name: string, text: string): void {
    this.#texts.set(name, text);
    this.#known.set(name, { phase: 'sending' });
  }

  learn(name: string, knowledge: Knowledge): void {
    this.#known.set(name, knowledge);
    if (!knowledge.phase.endsWith('ing')) this.acknowledged++;
  }

  /** A message that is there under a known UID, if there is one whose name begins so. */
  pick(beginning: string): { name: string; uid: number } | undefined {
    for (const [name, knowledge] of this.#known) {
      if (!name.startsWith(beginning)) continue;
      if (knowledge.phase === 'there' && knowledge.uid !== undefined) return { name, uid: knowledge.uid };
    }
    return undefined;
  }

  check(seen: SeenState): void {
    const places = new Map<string, { box: Box; uid: number }[]>();
    for (const box of ['INBOX', 'Moved'] as const) {
      this.#checkNumbers(box, seen[box]);
      for (const { uid, text } of seen[box].messages) {
        const name = nameOf(text);
        assert.ok(endsWithBody(text, this.#texts.get(name)), `${box} ${uid}: ${name} is whole [I2]`);
        places.set(name, [...(places.get(name) ?? []), { box, uid }]);
      }
    }
    for (const [name, knowledge] of this.#known) this.#checkMessage(name, knowledge, places.get(name) ?? []);
    this.#before = seen;
  }

  #checkMessage(name: string, knowledge: Knowledge, places: readonly { box: Box; uid: number }[]): void {
    const text = `${name}, ${JSON.stringify(knowledge)}: ${JSON.stringify(places)}`;
    const [place] = places;
    assert.ok(places.length <= 1, `there twice [I4]: ${text}`);
    switch (knowledge.phase) {
      case 'sending':
      case 'expunging':
        break;
      case 'there':
        assert.ok(place?.box === 'INBOX', `lost [I1]: ${text}`);
        assert.equal(place.uid, knowledge.uid ?? place.uid, `another UID [I3]: ${text}`);
        break;
      case 'expunged':
        assert.equal(place, undefined, `came back [I1]: ${text}`);
        break;
      case 'moving':
        assert.notEqual(place, undefined, `lost in between [I1]: ${text}`);
        break;
      case 'moved':
        assert.ok(place?.box === 'Moved', `not moved [I1]: ${text}`);
        assert.equal(place.uid, knowledge.uid ?? place.uid, `another UID [I3]: ${text}`);
        break;
    }
    // From now on this is what is known.
    if (place === undefined) this.#known.set(name, { phase: 'expunged' });
    else this.#known.set(name, { phase: place.box === 'INBOX' ? 'there' : 'moved', uid: place.uid });
  }

  #checkNumbers(box: Box, now: SeenMailbox): void {
    const before = this.#before?.[box];
    if (before === undefined) return;
    assert.equal(now.uidValidity, before.uidValidity, `UIDVALIDITY of ${box} [I3]`);
    assert.ok(now.uidNext >= before.uidNext, `UIDNEXT of ${box} went back [I3]`);
    const known = new Map(before.messages.map(({ uid, text }) => [uid, text]));
    for (const { uid, text } of now.messages) {
      const former = known.get(uid);
      assert.ok(
        former === text || (former === undefined && uid >= before.uidNext),
        `${box}: UID ${uid} used twice [I3]`,
      );
    }
  }
}

function nameOf(text: string): string {
  return /^Subject: (.*)\r$/m.exec(text)?.[1] ?? '';
}

/** Trace headers stand on top of what was sent. */
function endsWithBody(text: string, sent: string | undefined): boolean {
  return sent !== undefined && text.endsWith(sent);
}
