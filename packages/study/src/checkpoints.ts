import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { attempt, type FileSystem } from './file-system.js';
import { CheckpointError } from './errors.js';
import { type CheckpointContents, readCheckpointFile, writeCheckpointFile } from './checkpoint-file.js';

/** How many checkpoints stay on the disk: the newest, and the one before in case the newest is damaged. */
const kept = 2;

/** The checkpoints of one run: `checkpoint-000001.safetensors` and on, in the order they were written. */
export class Checkpoints {
  readonly #files: FileSystem;
  readonly #directory: string;

  constructor(files: FileSystem, directory: string) {
    this.#files = files;
    this.#directory = directory;
  }

  /** Writes the next checkpoint, then removes all but the last two. A failure leaves the earlier ones as they were. */
  write(contents: CheckpointContents): void {
    const numbers = this.#numbers();
    const next = (numbers.at(-1) ?? 0) + 1;
    writeCheckpointFile(this.#files, this.#path(next), contents);
    for (const number of [...numbers, next].slice(0, -kept)) this.#files.remove(this.#path(number));
  }

  /**
   * The newest checkpoint that is whole, or undefined when none was ever written. A damaged one is renamed to
   * `….damaged` so that it is not tried again; `warnings` says so.
   * Throws {@link CheckpointError} when there are checkpoints but none is whole.
   */
  restore(): { contents: CheckpointContents | undefined; warnings: string[] } {
    const warnings: string[] = [];
    const numbers = this.#numbers();
    const damaged: CheckpointError[] = [];
    for (const number of numbers.toReversed()) {
      try {
        const contents = readCheckpointFile(this.#path(number));
        for (const error of damaged) warnings.push(`${error.message} The one before it is whole and is used.`);
        this.#setAside(numbers.filter((other) => other > number));
        return { contents, warnings };
      } catch (error) {
        if (!(error instanceof CheckpointError)) throw error;
        damaged.push(error);
      }
    }
    const [newest] = damaged;
    if (newest === undefined) return { contents: undefined, warnings };
    throw new CheckpointError(
      newest.code,
      `Cannot resume: none of the ${damaged.length} checkpoints in ${this.#directory} is whole. ` +
        `To begin again from the start, remove that folder's files. The newest fails with: ${newest.message}`,
      { cause: newest },
    );
  }

  #setAside(numbers: readonly number[]): void {
    for (const number of numbers) this.#files.rename(this.#path(number), `${this.#path(number)}.damaged`);
  }

  #numbers(): number[] {
    const names = attempt('list', this.#directory, () => readdirSync(this.#directory));
    const numbers = names.map((name) => /^checkpoint-(\d+)\.safetensors$/.exec(name)?.[1]);
    return numbers
      .filter((digits) => digits !== undefined)
      .map(Number)
      .sort((a, b) => a - b);
  }

  #path(number: number): string {
    return join(this.#directory, `checkpoint-${String(number).padStart(6, '0')}.safetensors`);
  }
}
