import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mistakeInEnglish } from '#base/mistakes/mistake.ts';
import { splitElementWords } from './element-words.ts';
import { DEFAULT_LISTS, parseRestrictionLists, resourcesOf, type WrittenRestrictions } from './restriction-lists.ts';

interface Written {
  readonly lists?: Partial<WrittenRestrictions['lists']>;
  readonly classes?: WrittenRestrictions['classes'];
  readonly smtpd_delay_reject?: boolean;
}

function parse({ lists, classes = {}, smtpd_delay_reject = true }: Written) {
  return parseRestrictionLists({ lists: { ...DEFAULT_LISTS.smtp, ...lists }, classes, smtpd_delay_reject });
}

function textsOf(written: Written, list: 'smtpd_client_restrictions' | 'smtpd_recipient_restrictions') {
  const parsed = parse(written);
  return parsed.ok ? parsed.value[list].elements.map(({ text }) => text) : parsed.error;
}

test('[C35] a list is read as main.cf has it: spaces or commas, in one text or in many, in any case', () => {
  const expected = ['permit_mynetworks', 'reject_rbl_client zen.example', 'reject'];
  for (const texts of [
    ['permit_mynetworks', 'reject_rbl_client zen.example', 'reject'],
    ['permit_mynetworks, reject_rbl_client zen.example,\n  reject'],
    ['Permit_Mynetworks reject_rbl_client', 'zen.example', 'REJECT'],
  ]) {
    assert.deepEqual(
      textsOf({ lists: { smtpd_recipient_restrictions: texts } }, 'smtpd_recipient_restrictions'),
      expected,
    );
  }
});

test('what stands in braces is one word, and braces go in pairs', () => {
  const words = splitElementWords('check_policy_service { inet:127.0.0.1:10023, timeout=10s } permit');
  assert.deepEqual(words.ok && words.value, [
    'check_policy_service',
    '{ inet:127.0.0.1:10023, timeout=10s }',
    'permit',
  ]);
  assert.equal(splitElementWords('{ a').ok, false);
  assert.equal(splitElementWords('a }').ok, false);
});

test('a table alone is looked up as what its list is about', () => {
  assert.deepEqual(textsOf({ lists: { smtpd_client_restrictions: ['hash:/x'] } }, 'smtpd_client_restrictions'), [
    'check_client_access hash:/x',
  ]);
  assert.deepEqual(textsOf({ lists: { smtpd_recipient_restrictions: ['hash:/x'] } }, 'smtpd_recipient_restrictions'), [
    'check_recipient_access hash:/x',
  ]);
  const parsed = parse({ lists: { smtpd_data_restrictions: ['hash:/x'] } });
  assert.match(
    parsed.ok ? '' : parsed.error.map(({ wrong }) => mistakeInEnglish(wrong)).join(),
    /needs to be told what is looked up/,
  );
});

test('former names of Postfix are understood, and shown by their present ones', () => {
  const lists = { smtpd_recipient_restrictions: ['reject_unknown_client', 'reject_rbl a.example'] };
  assert.deepEqual(textsOf({ lists }, 'smtpd_recipient_restrictions'), [
    'reject_unknown_client_hostname',
    'reject_rbl_client a.example',
  ]);
});

test('[C35] what cannot be is refused with the words in question', () => {
  const cases: [Written, string, RegExp][] = [
    [
      { lists: { smtpd_recipient_restrictions: ['reject_unauth_destnation'] } },
      'reject_unauth_destnation',
      /no such restriction/,
    ],
    [{ lists: { smtpd_recipient_restrictions: ['reject_rbl_client'] } }, 'reject_rbl_client', /needs a list such as/],
    [
      { lists: { smtpd_recipient_restrictions: ['check_sender_access /etc/x'] } },
      'check_sender_access /etc/x',
      /is no table/,
    ],
    [{ lists: { smtpd_recipient_restrictions: ['sleep 500'] } }, 'sleep 500', /at most 300/],
    [{ lists: { smtpd_recipient_restrictions: ['warn_if_reject'] } }, 'warn_if_reject', /must follow/],
    [{ lists: { smtpd_recipient_restrictions: ['permit_tls_clientcerts'] } }, 'permit_tls_clientcerts', /not there/],
    [
      { lists: { smtpd_recipient_restrictions: ['permit_dnswl_client a.example*2'] } },
      'permit_dnswl_client a.example*2',
      /below zero/,
    ],
    [
      { lists: { smtpd_client_restrictions: ['reject_unlisted_recipient'] }, smtpd_delay_reject: false },
      'reject_unlisted_recipient',
      /means nothing here: it needs RCPT TO/,
    ],
    [
      { lists: { smtpd_helo_restrictions: ['reject_non_fqdn_sender'] }, smtpd_delay_reject: false },
      'reject_non_fqdn_sender',
      /means nothing here: it needs MAIL FROM/,
    ],
    [{ classes: { a: ['b'], b: ['reject, a'] } }, 'a', /leads to itself: a → b → a/],
    [{ classes: { a: ['rejct'] } }, 'rejct', /no such restriction/],
  ];
  for (const [written, element, complaint] of cases) {
    const parsed = parse(written);
    const [mistake] = parsed.ok ? [] : parsed.error;
    assert.equal(mistake?.element, element);
    assert.match(mistake === undefined ? '' : mistakeInEnglish(mistake.wrong), complaint, element);
  }
});

test('with smtpd_delay_reject each list may speak of the recipient', () => {
  const lists = { smtpd_client_restrictions: ['reject_unlisted_recipient', 'check_recipient_access hash:/x'] };
  assert.equal(parse({ lists }).ok, true);
});

test('classes name one another, and lists name them', () => {
  const classes = { strangers: ['reject_rbl_client zen.example', 'slow'], slow: ['sleep 1'] };
  const lists = { smtpd_recipient_restrictions: ['strangers'] };
  assert.deepEqual(textsOf({ lists, classes }, 'smtpd_recipient_restrictions'), ['strangers']);
});

test('what must be opened beforehand is known', () => {
  const parsed = parse({
    lists: {
      smtpd_client_restrictions: ['check_client_access cidr:/a', 'hash:/b'],
      smtpd_recipient_restrictions: ['check_policy_service inet:127.0.0.1:10023', 'check_greylist', 'hash:/b'],
    },
    classes: { unused: ['check_sender_access hash:/c'] },
  });
  const found = parsed.ok ? resourcesOf(parsed.value) : [];
  const names = found.map((each) => ('name' in each ? each.name : 'service' in each ? each.service : each.kind));
  assert.deepEqual(names.sort(), ['cidr:/a', 'dns', 'greylist', 'hash:/b', 'hash:/c', 'inet:127.0.0.1:10023']);
});
