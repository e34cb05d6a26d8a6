// What we take although the grammar does not: each leniency by name, with its default and who needs it.

export interface SmtpQuirks {
  /** `MAIL FROM: <a@b>`: people at a terminal, and a good many devices that send mail. */
  readonly spaceAfterColon: boolean;
  /** `EHLO my_pc`, `EHLO pc.`, `EHLO 192.0.2.1`: Windows' machine names, resolvers' trailing dots, printers. */
  readonly looseGreetingName: boolean;
  /** `ORCPT=rfc822;mar+C3+ADa@example.org` where RFC 6533 §3 has `utf-8;`: Postfix. It is read as that. */
  readonly utf8InRfc822Orcpt: boolean;
}

export const DEFAULT_SMTP_QUIRKS: SmtpQuirks = {
  spaceAfterColon: true,
  looseGreetingName: true,
  utf8InRfc822Orcpt: true,
};
