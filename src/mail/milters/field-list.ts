// The header of a message while milters look at it and change it. Our own Received stands in it without being shown, as
// with Sendmail and Postfix: fields are counted without it where one is changed, and with it where one is inserted.

import { ok, type Result } from '#base/result.ts';
import type { HeaderField } from '#protocols/message/header-fields.ts';
import { type FieldEdit, formatMilterField, type ListedField } from './milter-field.ts';

export class FieldList {
  readonly #fields: ListedField[];
  /** So many stand above our Received. */
  #above: number;

  constructor(above: readonly ListedField[], below: readonly ListedField[]) {
    this.#fields = [...above, ...below];
    this.#above = above.length;
  }

  copy(): FieldList {
    return new FieldList(this.above, this.below);
  }

  get shown(): readonly ListedField[] {
    return this.#fields;
  }

  get above(): readonly ListedField[] {
    return this.#fields.slice(0, this.#above);
  }

  get below(): readonly ListedField[] {
    return this.#fields.slice(this.#above);
  }

  get octetCount(): number {
    return this.#fields.reduce((sum, { octets }) => sum + octets.length, 0);
  }

  /** The error is for the log. */
  add(edit: FieldEdit): Result<undefined, string> {
    return this.#place(this.#fields.length, 0, edit);
  }

  /** 0 is the top, above our Received; beyond the last field is behind it. */
  insert(index: number, edit: FieldEdit): Result<undefined, string> {
    const isAbove = index <= this.#above;
    const placed = this.#place(isAbove ? index : Math.min(index - 1, this.#fields.length), 0, edit);
    if (placed.ok && isAbove) this.#above += 1;
    return placed;
  }

  /** The field of that name and index, counted from 1; where there is none, it is added. An empty value, of its name, deletes it. */
  change(index: number, edit: FieldEdit): Result<undefined, string> {
    const at = this.#find(edit.name.toString('latin1'), index);
    if (edit.value.length > 0 || edit.newName !== undefined)
      return at === -1 ? this.add(edit) : this.#place(at, 1, edit);
    if (at === -1) return ok(undefined);
    this.#fields.splice(at, 1);
    if (at < this.#above) this.#above -= 1;
    return ok(undefined);
  }

  #place(at: number, removed: number, edit: FieldEdit): Result<undefined, string> {
    const { newName: name = edit.name } = edit;
    const octets = formatMilterField({ ...edit, name });
    if (!octets.ok) return octets;
    this.#fields.splice(at, removed, {
      name: name.toString('latin1'),
      octets: octets.value,
      isWritten: true,
    });
    return ok(undefined);
  }

  #find(name: string, index: number): number {
    const wanted = name.toLowerCase();
    let count = 0;
    return this.#fields.findIndex((field) => field.name.toLowerCase() === wanted && ++count === index);
  }
}

export function listFields(octets: Buffer, fields: readonly HeaderField[]): ListedField[] {
  return fields.map(({ name, range }) => {
    const field = octets.subarray(range.start, range.end);
    // The last line of a message may lack its end; what follows must not run into it.
    const isWhole = field.at(-1) === LF;
    return { name, octets: isWhole ? field : Buffer.concat([field, CRLF]), isWritten: false };
  });
}

const LF = 0x0a;
const CRLF = Buffer.from('\r\n');
