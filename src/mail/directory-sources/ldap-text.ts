// A value inside LDAP's languages, so that it is a value and nothing else: `*)(uid=*` finds nobody.

const FILTER_SPECIAL = /[\0()*\\]/g;
const NAME_SPECIAL = /[\0"+,;<=>\\]|^[ #]| $/g;

/** RFC 4515 §3: in a filter. */
export function escapeFilterValue(value: string): string {
  return value.replace(FILTER_SPECIAL, hexadecimal);
}

/** RFC 4514 §2.4: in a distinguished name. */
export function escapeNameValue(value: string): string {
  return value.replace(NAME_SPECIAL, hexadecimal);
}

function hexadecimal(character: string): string {
  return `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
