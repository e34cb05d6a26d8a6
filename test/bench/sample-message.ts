// Messages to fill a mailbox with: the n-th is always the same, no two are alike. One to six kilobytes of text; every
// tenth has an attachment of 20 KB; every thousandth holds a word that a search can look for.

const WORDS = (
  'alfa bravo charlie delta eco foxtrot golf hotel india julieta kilo lima mike noviembre oscar papa quebec romeo ' +
  'sierra tango uniforme victor whisky xilofono yanqui zulu factura informe junta presupuesto entrega'
).split(' ');
const NEEDLE = 'the rare needleword appears here\r\n';
const ATTACHED_LINE = 'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0\r\n';
const ATTACHED_LINES = 270;
const FIRST_DATE_MS = 1.6e12;

type Draw = (below: number) => number;

export function sampleMessage(n: number): Buffer {
  const draw = drawsFrom(Math.imul(n, 2_654_435_761));
  const head = headerFields(n, draw);
  const text = bodyText(n, draw);
  if (n % 10 !== 3) return Buffer.from(`${head}Content-Type: text/plain; charset=utf-8\r\n\r\n${text}`);
  return Buffer.from(head + withAttachment(n, text));
}

/** The same numbers for the same seed; a linear congruential generator will do. */
function drawsFrom(seed: number): Draw {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % below;
  };
}

function word(draw: Draw): string {
  return WORDS[draw(WORDS.length)] ?? '';
}

function headerFields(n: number, draw: Draw): string {
  const from = `user${draw(500)}@example${draw(40)}.org`;
  const date = new Date(FIRST_DATE_MS + n * 60_000).toUTCString().replace('GMT', '+0000');
  const isReply = n % 10 !== 0;
  const thread = `In-Reply-To: <${n - 1}.x@example.net>\r\nReferences: <${n - 2}.x@example.net> <${n - 1}.x@example.net>\r\n`;
  return [
    `Return-Path: <${from}>`,
    `Received: from mail${draw(90)}.example.net (mail.example.net [192.0.2.${draw(250)}])`,
    `\tby mx.example.org with ESMTPS id ${n.toString(36)};`,
    `\t${date}`,
    `Date: ${date}`,
    `From: "${word(draw)} ${word(draw)}" <${from}>`,
    `To: <bench@example.org>, "${word(draw)}" <${word(draw)}@example.com>`,
    `Subject: ${isReply ? 'Re: ' : ''}${word(draw)} ${word(draw)} number ${n}`,
    `Message-ID: <${n}.${draw(1e6).toString(36)}@example.net>`,
    `${isReply ? thread : ''}MIME-Version: 1.0\r\n`,
  ].join('\r\n');
}

function bodyText(n: number, draw: Draw): string {
  let text = n % 1_000 === 7 ? NEEDLE : '';
  for (let lines = 8 + draw(60); lines > 0; lines--) {
    let line = word(draw);
    while (line.length < 62) line += ` ${word(draw)}`;
    text += `${line}\r\n`;
  }
  return text;
}

function withAttachment(n: number, text: string): string {
  return [
    `Content-Type: multipart/mixed; boundary="b${n}"\r\n`,
    `--b${n}`,
    `Content-Type: text/plain; charset=utf-8\r\n`,
    text,
    `--b${n}`,
    `Content-Type: application/pdf; name="f${n}.pdf"`,
    `Content-Disposition: attachment; filename="f${n}.pdf"`,
    `Content-Transfer-Encoding: base64\r\n`,
    `${ATTACHED_LINE.repeat(ATTACHED_LINES)}--b${n}--\r\n`,
  ].join('\r\n');
}
