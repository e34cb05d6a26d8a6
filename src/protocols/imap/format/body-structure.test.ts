import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BodyPart, LeafPart, MessagePart, MultiPart } from '#protocols/message/envelope.ts';
import { formatBodyStructure } from './body-structure.ts';

const TEXT: LeafPart = {
  kind: 'leaf',
  type: 'text',
  subtype: 'plain',
  parameters: [['charset', 'us-ascii']],
  id: undefined,
  description: undefined,
  encoding: '7BIT',
  md5: undefined,
  disposition: undefined,
  language: [],
  location: undefined,
  header: { start: 0, end: 100 },
  body: { start: 100, end: 3128 },
  lines: 92,
};
const IMAGE: LeafPart = {
  ...TEXT,
  type: 'image',
  subtype: 'png',
  parameters: [],
  id: '<1@x>',
  description: 'a "cat"',
  encoding: 'BASE64',
  disposition: { type: 'attachment', parameters: [['filename', 'gato ñ.png']] },
  language: ['es', 'en'],
};
const MIXED: MultiPart = {
  ...TEXT,
  kind: 'multipart',
  type: 'multipart',
  subtype: 'mixed',
  parameters: [['boundary', 'b']],
  children: [TEXT, IMAGE],
};
const MESSAGE: MessagePart = {
  ...TEXT,
  kind: 'message',
  type: 'message',
  subtype: 'rfc822',
  parameters: [],
  envelope: {
    date: undefined,
    subject: 'x',
    from: [],
    sender: [],
    replyTo: [],
    to: [],
    cc: [],
    bcc: [],
    inReplyTo: undefined,
    messageId: undefined,
  },
  content: TEXT,
};

const PLAIN = '"text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 3028 92';

const CASES: readonly (readonly [title: string, part: BodyPart, body: string, bodyStructure: string])[] = [
  ['text, as RFC 3501 §8', TEXT, `(${PLAIN})`, `(${PLAIN} NIL NIL NIL NIL)`],
  [
    'text without a charset is us-ascii',
    { ...TEXT, parameters: [['format', 'flowed']], language: ['en'] },
    '("text" "plain" ("format" "flowed" "charset" "us-ascii") NIL NIL "7bit" 3028 92)',
    '("text" "plain" ("format" "flowed" "charset" "us-ascii") NIL NIL "7bit" 3028 92 NIL NIL "en" NIL)',
  ],
  [
    'an attachment',
    IMAGE,
    '("image" "png" NIL "<1@x>" "a \\"cat\\"" "base64" 3028)',
    '("image" "png" NIL "<1@x>" "a \\"cat\\"" "base64" 3028 NIL ' +
      '("attachment" ("filename" {11}\r\ngato ñ.png)) ("es" "en") NIL)',
  ],
  [
    'a multipart',
    MIXED,
    `((${PLAIN})("image" "png" NIL "<1@x>" "a \\"cat\\"" "base64" 3028) "mixed")`,
    `((${PLAIN} NIL NIL NIL NIL)("image" "png" NIL "<1@x>" "a \\"cat\\"" "base64" 3028 NIL ` +
      '("attachment" ("filename" {11}\r\ngato ñ.png)) ("es" "en") NIL) "mixed" ("boundary" "b") NIL NIL NIL)',
  ],
  [
    'a message within the message',
    MESSAGE,
    `("message" "rfc822" NIL NIL NIL "7bit" 3028 (NIL "x" NIL NIL NIL NIL NIL NIL NIL NIL) (${PLAIN}) 92)`,
    '("message" "rfc822" NIL NIL NIL "7bit" 3028 (NIL "x" NIL NIL NIL NIL NIL NIL NIL NIL) ' +
      `(${PLAIN} NIL NIL NIL NIL) 92 NIL NIL NIL NIL)`,
  ],
  [
    'a multipart without parts has one that is empty',
    { ...MIXED, children: [] },
    '(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0) "mixed")',
    '(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0 NIL NIL NIL NIL) "mixed" ("boundary" "b") NIL NIL NIL)',
  ],
];

for (const [title, part, body, bodyStructure] of CASES) {
  test(`BODYSTRUCTURE: ${title}`, () => {
    assert.equal(formatBodyStructure(part, { extended: false }).toString(), body);
    assert.equal(formatBodyStructure(part, { extended: true }).toString(), bodyStructure);
  });
}
