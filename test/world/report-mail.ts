// Reports as large providers send them: the shapes are theirs, the names and numbers made up.

import { crc32, deflateRawSync, gzipSync } from 'node:zlib';

export interface MailedReport {
  readonly type: string;
  readonly fileName: string;
  readonly octets: Buffer;
  readonly from?: string;
  readonly subject?: string;
}

/** A whole message with one attachment. */
export function reportMail({
  type,
  fileName,
  octets,
  from = 'noreply@informes.example',
  subject,
}: MailedReport): Buffer {
  const lines = [
    `From: ${from}`,
    'To: dmarc@valija.test',
    `Subject: ${subject ?? 'Report domain: valija.test Submitter: informes.example Report-ID: <1@informes.example>'}`,
    'Date: Sun, 22 Nov 2026 05:00:00 +0000',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="aa"',
    '',
    '--aa',
    'Content-Type: text/plain',
    '',
    'A report.',
    '--aa',
    `Content-Type: ${type}; name="${fileName}"`,
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment; filename="${fileName}"`,
    '',
    ...(octets.toString('base64').match(/.{1,76}/g) ?? []),
    '--aa--',
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}

export interface ZipEntry {
  readonly name: string;
  readonly octets: Buffer;
  readonly stored?: boolean;
}

/** An archive as `zip` writes it. */
export function zipOf(...entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const { name, octets, stored = false } of entries) {
    const data = stored ? octets : deflateRawSync(octets);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    // Version, flags, method, time and date, checksum, sizes, length of the name: the same in both.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(stored ? 0 : 8, 4);
    common.writeUInt32LE(crc32(octets), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(octets.length, 18);
    common.writeUInt16LE(name.length, 22);
    common.copy(local, 4);
    common.copy(central, 6);
    central.writeUInt32LE(offset, 42);
    locals.push(local, Buffer.from(name), data);
    centrals.push(central, Buffer.from(name));
    offset += local.length + name.length + data.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

/** Google: a ZIP, no version, `pct`, one record for each pair of results. */
export const GOOGLE_XML = `<?xml version="1.0" encoding="UTF-8" ?>
<feedback>
  <report_metadata>
    <org_name>google.com</org_name>
    <email>noreply-dmarc-support@google.com</email>
    <extra_contact_info>https://support.google.com/a/answer/2466580</extra_contact_info>
    <report_id>949348866075514000</report_id>
    <date_range>
      <begin>1795132800</begin>
      <end>1795219199</end>
    </date_range>
  </report_metadata>
  <policy_published>
    <domain>valija.test</domain>
    <adkim>r</adkim>
    <aspf>r</aspf>
    <p>none</p>
    <sp>none</sp>
    <pct>100</pct>
  </policy_published>
  <record>
    <row>
      <source_ip>192.0.2.10</source_ip>
      <count>120</count>
      <policy_evaluated>
        <disposition>none</disposition>
        <dkim>pass</dkim>
        <spf>pass</spf>
      </policy_evaluated>
    </row>
    <identifiers>
      <header_from>valija.test</header_from>
    </identifiers>
    <auth_results>
      <dkim>
        <domain>valija.test</domain>
        <result>pass</result>
        <selector>202611</selector>
      </dkim>
      <spf>
        <domain>valija.test</domain>
        <result>pass</result>
      </spf>
    </auth_results>
  </record>
  <record>
    <row>
      <source_ip>198.51.100.7</source_ip>
      <count>15</count>
      <policy_evaluated>
        <disposition>none</disposition>
        <dkim>fail</dkim>
        <spf>fail</spf>
      </policy_evaluated>
    </row>
    <identifiers>
      <header_from>valija.test</header_from>
    </identifiers>
    <auth_results>
      <dkim>
        <domain>newsletter.example</domain>
        <result>pass</result>
        <selector>s1</selector>
      </dkim>
      <spf>
        <domain>bounce.newsletter.example</domain>
        <result>pass</result>
      </spf>
    </auth_results>
  </record>
</feedback>
`;

/** Microsoft: gzip, namespaces that nothing uses, `envelope_to`, `fo`, records without a signature. */
export const MICROSOFT_XML = `<?xml version="1.0"?>
<feedback xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <version>1.0</version>
  <report_metadata>
    <org_name>Outlook.com</org_name>
    <email>dmarcreport@microsoft.com</email>
    <report_id>cfeafefe4129445e8c81018bd9177000</report_id>
    <date_range><begin>1795132800</begin><end>1795219200</end></date_range>
  </report_metadata>
  <policy_published>
    <domain>valija.test</domain><adkim>r</adkim><aspf>r</aspf><p>none</p><sp>none</sp><pct>100</pct><fo>0</fo>
  </policy_published>
  <record>
    <row>
      <source_ip>203.0.113.66</source_ip>
      <count>4</count>
      <policy_evaluated><disposition>none</disposition><dkim>fail</dkim><spf>fail</spf></policy_evaluated>
    </row>
    <identifiers>
      <envelope_to>hotmail.com</envelope_to>
      <envelope_from>valija.test</envelope_from>
      <header_from>valija.test</header_from>
    </identifiers>
    <auth_results>
      <spf><domain>valija.test</domain><scope>mfrom</scope><result>softfail</result></spf>
    </auth_results>
  </record>
</feedback>
`;

/** Yahoo: gzip, everything in one record twice indented, an override, a broken signature. */
export const YAHOO_XML = `<?xml version="1.0"?>
<feedback>
  <report_metadata>
    <org_name>Yahoo</org_name>
    <email>dmarchelp@yahooinc.com</email>
    <report_id>1795200000.123456</report_id>
    <date_range><begin>1795132800</begin><end>1795219199 </end></date_range>
  </report_metadata>
  <policy_published>
    <domain>valija.test</domain><adkim>r</adkim><aspf>r</aspf><p>none</p><pct>100</pct>
  </policy_published>
  <record>
    <row>
      <source_ip>2001:db8::25</source_ip>
      <count>3</count>
      <policy_evaluated>
        <disposition>none</disposition>
        <dkim>fail</dkim>
        <spf>fail</spf>
        <reason><type>mailing_list</type><comment>list &amp; forwarder</comment></reason>
      </policy_evaluated>
    </row>
    <identifiers><header_from>valija.test</header_from></identifiers>
    <auth_results>
      <dkim><domain>valija.test</domain><selector>202611</selector><result>permerror</result></dkim>
      <dkim><domain>lists.example</domain><selector>l</selector><result>pass</result></dkim>
      <spf><domain>lists.example</domain><result>pass</result></spf>
    </auth_results>
  </record>
</feedback>
`;

/** RFC 8460 Appendix B, in its shape. */
export const TLS_JSON = JSON.stringify({
  'organization-name': 'Company-X',
  'date-range': { 'start-datetime': '2026-11-21T00:00:00Z', 'end-datetime': '2026-11-21T23:59:59Z' },
  'contact-info': 'sts-reporting@company-x.example',
  'report-id': '5065427c-23d3-47ca-b6e0-946ea0e8c4be',
  policies: [
    {
      policy: {
        'policy-type': 'sts',
        'policy-string': ['version: STSv1', 'mode: testing', 'mx: *.mail.valija.test', 'max_age: 86400'],
        'policy-domain': 'valija.test',
        'mx-host': '*.mail.valija.test',
      },
      summary: { 'total-successful-session-count': 5326, 'total-failure-session-count': 303 },
      'failure-details': [
        {
          'result-type': 'certificate-expired',
          'sending-mta-ip': '2001:db8:abcd:0012::1',
          'receiving-mx-hostname': 'mx1.mail.valija.test',
          'failed-session-count': 100,
        },
        {
          'result-type': 'starttls-not-supported',
          'sending-mta-ip': '2001:db8:abcd:0013::1',
          'receiving-mx-hostname': 'mx2.mail.valija.test',
          'receiving-ip': '203.0.113.56',
          'failed-session-count': 203,
        },
      ],
    },
  ],
});

export const googleReport = () =>
  reportMail({
    type: 'application/zip',
    fileName: 'google.com!valija.test!1795132800!1795219199.zip',
    octets: zipOf({ name: 'google.com!valija.test!1795132800!1795219199.xml', octets: Buffer.from(GOOGLE_XML) }),
  });

export const microsoftReport = () =>
  reportMail({
    type: 'application/gzip',
    fileName: 'protection.outlook.com!valija.test!1795132800!1795219200.xml.gz',
    octets: gzipSync(MICROSOFT_XML),
  });

export const yahooReport = () =>
  reportMail({
    type: 'application/octet-stream',
    fileName: 'yahoo.com!valija.test!1795132800!1795219199.xml.gz',
    octets: gzipSync(YAHOO_XML),
  });

export const tlsReportMail = () =>
  reportMail({
    type: 'application/tlsrpt+gzip',
    fileName: 'company-x.example!valija.test!1795132800!1795219199!001.json.gz',
    octets: gzipSync(TLS_JSON),
  });
