// Reads the parameters of a control method: JSON that somebody sent. A wrong one is a BadParams, which `method` turns
// into the answer; a method's own code sees only what it asked for.

import { err, ok, type Result } from '#base/result.ts';
import type { ControlFault, ControlMethod } from '#mail/ports/control-method.ts';
import type { Refusal } from '#mail/ports/directory-admin.ts';

class BadParams extends Error {}

export class Params {
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(params: unknown) {
    if (typeof params !== 'object' || params === null || Array.isArray(params)) {
      throw new BadParams('the parameters must be an object');
    }
    this.#fields = params as Readonly<Record<string, unknown>>;
  }

  text(name: string): string {
    return this.optionalText(name) ?? missing(name);
  }

  optionalText(name: string): string | undefined {
    const value = this.#own(name);
    return value === undefined || typeof value === 'string' ? value : wrong(name, 'a text');
  }

  /** A text, or null to take away what is there. */
  optionalTextOrNull(name: string): string | null | undefined {
    return this.#own(name) === null ? null : this.optionalText(name);
  }

  optionalWord<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const value = this.#own(name);
    if (value === undefined) return undefined;
    return words.find((word) => word === value) ?? wrong(name, `one of ${words.join(', ')}`);
  }

  texts(name: string): readonly string[] {
    return this.optionalTexts(name) ?? missing(name);
  }

  optionalTexts(name: string): readonly string[] | undefined {
    const value = this.#own(name);
    if (value === undefined) return undefined;
    const right = Array.isArray(value) && value.every((item) => typeof item === 'string');
    return right ? (value as string[]) : wrong(name, 'a list of texts');
  }

  optionalBoolean(name: string): boolean | undefined {
    const value = this.#own(name);
    return value === undefined || typeof value === 'boolean' ? value : wrong(name, 'true or false');
  }

  optionalNumber(name: string): number | undefined {
    const value = this.#own(name);
    return value === undefined || typeof value === 'number' ? value : wrong(name, 'a number');
  }

  #own(name: string): unknown {
    return Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined;
  }
}

/** A method that reads its parameters first. */
export function method(perform: (params: Params) => Promise<Result<unknown, ControlFault>>): ControlMethod {
  return async (params) => {
    try {
      return await perform(new Params(params));
    } catch (error) {
      if (error instanceof BadParams) return err({ code: 'bad-request', message: error.message });
      throw error;
    }
  };
}

/** What the directory refused, as the control socket says it. */
export function directoryOutcome<T>(outcome: Result<T, Refusal>): Result<T, ControlFault> {
  return outcome.ok ? outcome : err({ code: 'refused', message: outcome.error.message, refusal: outcome.error });
}

/** Leaves out what is undefined, as `exactOptionalPropertyTypes` wants settings. */
export function given<T extends object>(fields: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof T]?: Exclude<T[Name], undefined> };
}

export function listed<T>(records: readonly T[]): Result<readonly T[], ControlFault> {
  return ok(records);
}

function missing(name: string): never {
  throw new BadParams(`the parameter ${name} is missing`);
}

function wrong(name: string, right: string): never {
  throw new BadParams(`the parameter ${name} must be ${right}`);
}
