// Which attributes of an LDAP entry become which fields, as Dovecot writes it in `pass_attrs` and `user_attrs`:
//   userPassword=password, mail=user, quotaBytes=quota_rule=*:bytes=%$, =quota_rule=*:storage=%{ldap:quotaMb:500}M

import { type Mistake, mistake } from '#base/mistakes/mistake.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { Fields } from './account-fields.ts';

/** An entry's attributes by their names in lower case. */
export type Attributes = ReadonlyMap<string, readonly string[]>;

interface Piece {
  /** Stands for each value of this attribute, or for the other text where it has none. */
  readonly attribute: string;
  readonly otherwise: string | undefined;
}

export interface MappedField {
  readonly field: string;
  readonly template: readonly (string | Piece)[];
}

/** Of one field. */
const MOST_VALUES = 1_000;

const REFERENCE = /%\{ldap:([A-Za-z][A-Za-z0-9;-]*)(?::([^}]*))?\}|%\$|%%/g;

export function parseAttributeMap(text: string): Result<MappedField[], Mistake> {
  const mapped: MappedField[] = [];
  for (const item of text.split(',').map((part) => part.trim())) {
    if (item === '') continue;
    const [, attribute = '', field, value] = /^([A-Za-z][A-Za-z0-9;-]*)?(?:=([A-Za-z_]+)(?:=(.*))?)?$/.exec(item) ?? [];
    if (field === undefined && attribute === '') return err(mistake('attribute-malformed', { text: item }));
    if (attribute === '' && value === undefined) return err(mistake('attribute-without-value', { text: item }));
    mapped.push({ field: field ?? attribute, template: parseValue(value ?? '%$', attribute) });
  }
  return ok(mapped);
}

/** What the server is asked for. */
export function attributesOf(mapped: readonly MappedField[]): string[] {
  const named = mapped.flatMap(({ template }) =>
    template.flatMap((part) => (typeof part === 'string' ? [] : [part.attribute])),
  );
  return [...new Set(named)];
}

export function mapAttributes(mapped: readonly MappedField[], attributes: Attributes): Fields {
  const fields = new Map<string, readonly string[]>();
  for (const { field, template } of mapped) {
    const values = expand(template, attributes);
    if (values.length > 0) fields.set(field, [...(fields.get(field) ?? []), ...values]);
  }
  return fields;
}

/** One text for each value of the attribute in it; none where it has no values and nothing stands for them. */
function expand(template: MappedField['template'], attributes: Attributes): string[] {
  let texts = [''];
  for (const part of template) {
    const values = typeof part === 'string' ? [part] : valuesOf(part, attributes);
    texts = texts.flatMap((text) => values.map((value) => text + value)).slice(0, MOST_VALUES);
  }
  return texts;
}

function valuesOf({ attribute, otherwise }: Piece, attributes: Attributes): readonly string[] {
  const values = attributes.get(attribute.toLowerCase()) ?? [];
  return values.length === 0 && otherwise !== undefined ? [otherwise] : values;
}

function parseValue(value: string, attribute: string): (string | Piece)[] {
  const parts: (string | Piece)[] = [];
  let end = 0;
  for (const found of value.matchAll(REFERENCE)) {
    const [whole, named, otherwise] = found;
    parts.push(value.slice(end, found.index));
    end = found.index + whole.length;
    if (whole === '%%') parts.push('%');
    else parts.push({ attribute: named ?? attribute, otherwise });
  }
  parts.push(value.slice(end));
  return parts.filter((part) => part !== '');
}
