import { createHash, type Hash } from 'node:crypto';
import { DatabaseError, messageOf } from './types.ts';

/**
 * A backup is one gzip file. Unpacked it is a line of JSON, the manifest; then, table after table, frames: a line
 * `{"table":…,"bytes":n}` followed by n bytes in PostgreSQL's COPY text format, which every version reads, and at each
 * table's end a line `{"table":…,"rows":n}`; then one last line with the SHA-256 of everything before it.
 */
export const FORMAT = 'pokal-backup';
export const FORMAT_VERSION = 1;

export interface Manifest {
  format: string;
  version: number;
  /** ISO 8601. */
  createdAt: string;
  /** The migrations the database had run, oldest first; a restore runs exactly these. */
  migrations: string[];
  /** In the order in which they are stored: a table comes after those its foreign keys point to. */
  tables: { name: string; columns: string[] }[];
  /** The last value each sequence gave, for sequences that have given one. */
  sequences: { name: string; value: string }[];
}

/** One piece of a table's rows, or, without data, its end with the number of rows. */
export type Frame = { table: string; data: Buffer } | { table: string; rows: number };

/** Turns a manifest and its frames into the bytes of a backup before compression. */
export async function* encodeBackup(manifest: Manifest, frames: AsyncIterable<Frame>): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  const take = (bytes: Buffer): Buffer => {
    hash.update(bytes);
    return bytes;
  };
  yield take(line(manifest));
  for await (const frame of frames) {
    if ('rows' in frame) {
      yield take(line(frame));
    } else {
      yield take(line({ table: frame.table, bytes: frame.data.length }));
      yield take(frame.data);
    }
  }
  yield line({ sha256: hash.digest('hex') });
}

/** Reads what `encodeBackup` wrote. Throws DatabaseError when the bytes end early, were changed, or are something else. */
export class BackupReader {
  readonly #source: AsyncIterator<Buffer>;
  readonly #hash: Hash = createHash('sha256');
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async manifest(): Promise<Manifest> {
    const manifest = (await this.#line()) as Partial<Manifest>;
    if (manifest.format !== FORMAT) throw new DatabaseError('The file is not a backup that Pokal made.');
    if (manifest.version !== FORMAT_VERSION) {
      throw new DatabaseError(
        `The backup has format ${manifest.version}, and this Pokal reads format ${FORMAT_VERSION}. ` +
          'Restore it with the Pokal version that made it.',
      );
    }
    return manifest as Manifest;
  }

  /** Gives the frames in order and, after the last, has compared the checksum. */
  async *frames(): AsyncGenerator<Frame> {
    for (;;) {
      const before = this.#hash.copy();
      const head = await this.#line();
      if (typeof head.sha256 === 'string') {
        if (before.digest('hex') !== head.sha256) throw damaged('its checksum does not match');
        return;
      }
      if (typeof head.table !== 'string') throw damaged('it has a line that belongs nowhere');
      if (typeof head.rows === 'number') yield { table: head.table, rows: head.rows };
      else if (typeof head.bytes === 'number') yield { table: head.table, data: await this.#bytes(head.bytes) };
      else throw damaged('it has a line that belongs nowhere');
    }
  }

  async #line(): Promise<Record<string, unknown>> {
    let end = this.#rest.indexOf('\n');
    while (end === -1) {
      // Only the manifest is long; a file without any line break is no backup, and must not fill the memory.
      if (this.#rest.length > 10_000_000) throw new DatabaseError('The file is not a backup that Pokal made.');
      await this.#more();
      end = this.#rest.indexOf('\n');
    }
    const bytes = await this.#bytes(end + 1);
    try {
      const value: unknown = JSON.parse(bytes.toString('utf8'));
      if (typeof value === 'object' && value !== null) return { ...value };
    } catch {
      // Reported below.
    }
    throw damaged('it has a line that is not JSON');
  }

  async #bytes(count: number): Promise<Buffer> {
    while (this.#rest.length < count) await this.#more();
    const bytes = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    this.#hash.update(bytes);
    return bytes;
  }

  async #more(): Promise<void> {
    const next = await this.#source.next().catch((error) => {
      throw damaged(messageOf(error));
    });
    if (next.done === true) throw damaged('it ends too early');
    this.#rest = this.#rest.length === 0 ? next.value : Buffer.concat([this.#rest, next.value]);
  }
}

function line(value: object): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}

function damaged(how: string): DatabaseError {
  return new DatabaseError(`The backup is damaged: ${how}. Nothing was restored; use another copy.`);
}
