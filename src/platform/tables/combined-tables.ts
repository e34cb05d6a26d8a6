// Tables made of tables: `unionmap:{…}` joins what its members say, `pipemap:{…}` looks up in each what the one before said.

import type { OpenTable } from './opened-table.ts';

abstract class CombinedTable implements OpenTable {
  readonly name: string;
  readonly isPattern: boolean;
  protected readonly members: readonly OpenTable[];

  constructor(name: string, members: readonly OpenTable[]) {
    this.name = name;
    this.members = members;
    this.isPattern = members.some((member) => member.isPattern);
  }

  abstract find(key: string): Promise<string | undefined>;

  async entries(): Promise<undefined> {
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const member of this.members) await member[Symbol.asyncDispose]();
  }
}

export class UnionTable extends CombinedTable {
  async find(key: string): Promise<string | undefined> {
    const results: string[] = [];
    for (const member of this.members) {
      const result = await member.find(key);
      if (result !== undefined) results.push(result);
    }
    return results.length === 0 ? undefined : results.join(',');
  }
}

export class PipeTable extends CombinedTable {
  async find(key: string): Promise<string | undefined> {
    let text: string | undefined = key;
    for (const member of this.members) {
      if (text === undefined) return undefined;
      text = await member.find(text);
    }
    return text;
  }
}
