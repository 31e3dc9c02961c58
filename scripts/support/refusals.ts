import { closeSync, openSync, writeSync } from 'node:fs';
import { say, UsageError } from './command.ts';
import type { RefusedLine } from './importer.ts';

/** Refused lines shown on standard error; beyond these, people want the report. */
const SHOWN = 20;

/** Says which lines were refused and why: the first on standard error, all of them in a CSV file when one is named. */
export class RefusalReport {
  readonly #file: number | null;
  readonly #shown: RefusedLine[] = [];
  #count = 0;

  /** @throws UsageError when the report cannot be written; before anything is recorded. */
  constructor(path: string | undefined) {
    try {
      this.#file = path === undefined ? null : openSync(path, 'w');
      if (this.#file !== null) writeSync(this.#file, 'line,code,reason\n');
    } catch {
      throw new UsageError(`The report ${path} cannot be written.`);
    }
  }

  /** Written at once, so that the report of a killed import is whole as far as it goes; refused lines are few. */
  add(refused: RefusedLine): void {
    this.#count += 1;
    if (this.#shown.length < SHOWN) this.#shown.push(refused);
    if (this.#file === null) return;
    const { line, code, reason } = refused;
    writeSync(this.#file, `${line},${code},"${reason.replaceAll('"', '""')}"\n`);
  }

  /** Shows the first refused lines in the order of the file. */
  summarise(): void {
    for (const { line, code, reason } of this.#shown.sort((left, right) => left.line - right.line)) {
      say(`line ${line}: ${code}: ${reason}`);
    }
    const more = this.#count - this.#shown.length;
    if (more > 0) say(`… and ${more} more${this.#file === null ? '; --report FILE lists them all' : ''}.`);
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
  }
}
