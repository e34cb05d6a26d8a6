// Tables of keys and values in files: `cdb:`, `hash:` and `texthash:`. Of a source and its index the newer one is read. A
// source that is newer than its index is used at once, and the index made anew behind it, where we may write it.

import { unreachable } from '#base/unreachable.ts';
import { readBerkeleyHash } from './berkeley-hash.ts';
import { CdbReader, DamagedIndex, withoutNul } from './cdb-reader.ts';
import { forEachInTurns } from './in-turns.ts';
import { writeIndex } from './index-file.ts';
import { type Lookup, mapLookup } from './lookup.ts';
import { readSource, type SourceReading } from './read-source.ts';
import { type FileStamp, readTableFile, stampOf, stampText } from './table-file.ts';
import type { LoadedTable, TableSource } from './table-source.ts';

export type StoredType = 'cdb' | 'hash' | 'texthash';

interface FoundFile {
  readonly kind: 'source' | 'cdb' | 'berkeley';
  readonly stamp: FileStamp;
}

export interface StoredTableSettings extends SourceReading {
  /** Whether an index that is missing, or older than its source, is written. */
  readonly rebuildsIndex: boolean;
}

export class StoredSource implements TableSource {
  readonly #path: string;
  readonly #type: StoredType;
  readonly #settings: StoredTableSettings;

  constructor(type: StoredType, path: string, settings: StoredTableSettings) {
    this.#type = type;
    this.#path = path;
    this.#settings = settings;
  }

  fingerprint(): string {
    return stampText(this.#files().map(({ path }) => path));
  }

  async load(): Promise<LoadedTable> {
    const [first, ...others] = this.#files().flatMap(({ kind, path }) => {
      const stamp = stampOf(path);
      return stamp === undefined ? [] : [{ kind, stamp }];
    });
    if (first === undefined) {
      const names = this.#files().map(({ path }) => path);
      throw new Error(`there is no ${names.join(', and no ')}`);
    }
    const newest = others.reduce((best, each) => (isNewer(each, best) ? each : best), first);
    try {
      return await this.#read(newest);
    } catch (error) {
      const source = others.find(({ kind }) => kind === 'source');
      if (!(error instanceof DamagedIndex) || source === undefined) throw error;
      this.#settings.warn(`${newest.stamp.path}: ${error.message}; ${this.#path} is used instead`);
      return this.#read(source);
    }
  }

  /** What may be there; of files of one age the first is taken. */
  #files(): { kind: FoundFile['kind']; path: string }[] {
    const source = { kind: 'source', path: this.#path } as const;
    const cdb = { kind: 'cdb', path: `${this.#path}.cdb` } as const;
    switch (this.#type) {
      case 'texthash':
        return [source];
      case 'cdb':
        return [cdb, source];
      case 'hash':
        return [{ kind: 'berkeley', path: `${this.#path}.db` }, cdb, source];
      default:
        return unreachable(this.#type);
    }
  }

  async #read({ kind, stamp }: FoundFile): Promise<LoadedTable> {
    switch (kind) {
      case 'cdb':
        return { lookup: new CdbReader(await readTableFile(stamp.path)) };
      case 'berkeley':
        return { lookup: await loadBerkeley(stamp.path) };
      case 'source':
        return this.#readSource(stamp);
      default:
        return unreachable(kind);
    }
  }

  async #readSource(stamp: FileStamp): Promise<LoadedTable> {
    const entries = await readSource(stamp.path, this.#settings);
    const lookup = mapLookup(entries);
    if (this.#type === 'texthash' || !this.#settings.rebuildsIndex) return { lookup };
    return { lookup, upkeep: () => writeIndex(`${this.#path}.cdb`, entries, stamp, { mode: stamp.mode }) };
  }
}

function isNewer(one: FoundFile, other: FoundFile): boolean {
  return one.stamp.modifiedNs > other.stamp.modifiedNs;
}

async function loadBerkeley(path: string): Promise<Lookup> {
  const map = new Map<string, string>();
  await forEachInTurns(readBerkeleyHash(await readTableFile(path)), ([key, value]) => {
    map.set(withoutNul(key), withoutNul(value));
  });
  return mapLookup(map);
}
