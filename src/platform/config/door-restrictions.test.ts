import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doorRestrictions, restrictionResources } from './door-restrictions.ts';
import { parseConfig } from './load-config.ts';
import { describeWrong } from './toml-text.ts';

const DOORS = `myhostname = "mail.valija.test"
[[listen]]
service = "smtp"
port = 25
[[listen]]
service = "submission"
port = 587
`;
const NEIGHBOURS = { mynetworks: [], ownAddresses: [] };

function load(text: string) {
  const parsed = parseConfig(text, 'valija.toml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

function complaintOf(text: string): string {
  const parsed = parseConfig(text, 'valija.toml');
  const [first] = parsed.ok ? [] : parsed.error;
  return first === undefined ? '' : `${first.line} ${first.key}: ${describeWrong(first.wrong, 'en')}`;
}

test('[C35] a name that is none is refused with its line and the near one', () => {
  assert.equal(
    complaintOf(`smtpd_recipient_restrictions = ["reject_unauth_destnation"]\n${DOORS}`),
    '1 smtpd_recipient_restrictions: "reject_unauth_destnation": there is no such restriction; did you mean reject_unauth_destination?',
  );
  assert.equal(
    complaintOf(
      `${DOORS}smtpd_client_restrictions = ["strangrs"]\n[smtpd_restriction_classes]\nstrangers = ["reject"]\n`,
    ),
    '8 listen[2].smtpd_client_restrictions: "strangrs": there is no such restriction; did you mean strangers?',
  );
  assert.match(
    complaintOf(`${DOORS}[smtpd_restriction_classes]\na = ["b"]\nb = ["a"]\n`),
    /^9 smtpd_restriction_classes\.a: "a": the class leads to itself: a → b → a$/,
  );
});

test('each door has its own lists: Postfix’s for 25, those of its master.cf for 587, and what the listener says', () => {
  const config = load(`smtpd_client_restrictions = ["sleep 1"]\n${DOORS}smtpd_helo_restrictions = ["reject"]\n`);
  const lists = config.listen.map((entry) => {
    const { smtpd_client_restrictions, smtpd_helo_restrictions, smtpd_relay_restrictions } = doorRestrictions(
      entry,
      config,
      NEIGHBOURS,
    ).lists;
    return [smtpd_client_restrictions, smtpd_helo_restrictions, smtpd_relay_restrictions].map(({ elements }) =>
      elements.map(({ text }) => text),
    );
  });
  assert.deepEqual(lists, [
    [['sleep 1'], [], ['permit_mynetworks', 'permit_sasl_authenticated', 'reject_unauth_destination']],
    [[], ['reject'], ['permit_sasl_authenticated', 'reject']],
  ]);
});

test('tables of all doors are known, with those of replies and owners', () => {
  const config = load(
    `rbl_reply_maps = ["hash:/a"]\nsmtpd_sender_login_maps = ["hash:/b"]\n${DOORS}smtpd_client_restrictions = ["cidr:/c"]\n`,
  );
  const names = restrictionResources(config).flatMap((each) => (each.kind === 'table' ? [each.name] : []));
  assert.deepEqual(names, ['hash:/a', 'hash:/b', 'cidr:/c']);
});
