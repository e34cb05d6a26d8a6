import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LISTS, parseRestrictionLists, type WrittenLists } from '#mail/restrictions/restriction-lists.ts';
import { findUnlistedRecipients } from './backscatter.ts';
import type { DoorLists, InterlockFacts } from './interlock-facts.ts';
import { findOpenLists } from './relay-restrictions.ts';

const CLASSES = { friends: ['check_client_access hash:/friends', 'permit'], strict: ['reject_unauth_destination'] };

function door(lists: Partial<WrittenLists>, service = 'smtp'): DoorLists {
  const written = { lists: { ...DEFAULT_LISTS.smtp, ...lists }, classes: CLASSES, smtpd_delay_reject: true };
  const parsed = parseRestrictionLists(written);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return { service, lists: parsed.value, pathOf: (name) => [name] };
}

function found(lists: Partial<WrittenLists>): string[] {
  const facts = { doors: [door(lists), door(lists)] } as unknown as InterlockFacts;
  return findOpenLists(facts).map(({ phrase, path, element }) => `${path.join('.')} ${phrase} ${element}`.trim());
}

test('[C53] lists that surely refuse strangers somewhere are closed', () => {
  assert.deepEqual(found({}), []);
  for (const word of ['reject_unauth_destination', 'defer_unauth_destination', 'reject', 'defer', 'strict']) {
    assert.deepEqual(
      found({ smtpd_relay_restrictions: [], smtpd_recipient_restrictions: ['permit_mynetworks', word] }),
      [],
    );
  }
  // Postfix's own order of before 2.10: the recipient list alone.
  const old = ['permit_mynetworks, reject_unauth_destination, permit'];
  assert.deepEqual(found({ smtpd_relay_restrictions: ['permit'], smtpd_recipient_restrictions: old }), []);
  assert.deepEqual(
    found({ smtpd_relay_restrictions: [], smtpd_client_restrictions: ['permit_mynetworks', 'reject'] }),
    [],
  );
});

test('[C53] permit before reject_unauth_destination, and a class that ends so, are open relays', () => {
  const relay = (words: string[]) => found({ smtpd_relay_restrictions: words });
  assert.deepEqual(relay(['permit_mynetworks', 'permit', 'reject_unauth_destination']), [
    'smtpd_relay_restrictions permits-strangers permit',
  ]);
  assert.deepEqual(relay(['friends', 'reject_unauth_destination']), [
    'smtpd_relay_restrictions permits-strangers permit',
  ]);
});

test('[C53] lists that refuse nobody, or only warn, are open relays', () => {
  const open = ['smtpd_relay_restrictions never-refuses-strangers'];
  assert.deepEqual(found({ smtpd_relay_restrictions: [] }), open);
  assert.deepEqual(found({ smtpd_relay_restrictions: ['warn_if_reject reject_unauth_destination'] }), open);
  assert.deepEqual(found({ smtpd_relay_restrictions: ['permit_mynetworks', 'reject_unknown_sender_domain'] }), open);
});

test('backscatter: smtpd_reject_unlisted_recipient = false without the restriction of that name', () => {
  const settings = { smtpd_reject_unlisted_recipient: false };
  const facts = (...doors: DoorLists[]) => ({ settings, doors }) as unknown as InterlockFacts;
  const listed = door({ smtpd_recipient_restrictions: ['reject_unlisted_recipient'] });
  assert.equal(findUnlistedRecipients(facts(door({}))).length, 1);
  assert.equal(findUnlistedRecipients(facts(listed, door({}, 'lmtp'))).length, 0);
});
