import { mkdirSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CheckpointContents } from '../src/checkpoint-file.js';
import { Checkpoints } from '../src/checkpoints.js';
import { CheckpointError, StorageError } from '../src/errors.js';
import { nodeFileSystem } from '../src/file-system.js';
import { failingFileSystem } from './failing-file-system.js';
import { temporaryDirectory } from './temporary-directory.js';

const at = (step: number): CheckpointContents => ({
  arrays: { x: { dtype: 'float64', shape: [1], data: Float64Array.of(step) } },
  metadata: { step },
});

describe('checkpoints', () => {
  it('keeps the last two and restores the newest', () => {
    const directory = temporaryDirectory();
    const checkpoints = new Checkpoints(nodeFileSystem, directory);
    expect(checkpoints.restore()).toEqual({ contents: undefined, warnings: [] });
    for (let step = 1; step <= 5; step++) checkpoints.write(at(step));
    expect(readdirSync(directory)).toEqual(['checkpoint-000004.safetensors', 'checkpoint-000005.safetensors']);
    expect(checkpoints.restore().contents).toEqual(at(5));
  });

  it('falls back from a torn newest one, says so, and never prunes the whole one in its favour', () => {
    const directory = temporaryDirectory();
    const checkpoints = new Checkpoints(nodeFileSystem, directory);
    checkpoints.write(at(1));
    checkpoints.write(at(2));
    truncateSync(join(directory, 'checkpoint-000002.safetensors'), 90);
    const { contents, warnings } = checkpoints.restore();
    expect(contents).toEqual(at(1));
    expect(warnings).toEqual([expect.stringMatching(/checkpoint-000002.*The one before it is whole and is used/)]);
    checkpoints.write(at(3));
    expect(readdirSync(directory)).toEqual([
      'checkpoint-000001.safetensors',
      'checkpoint-000002.safetensors',
      'checkpoint-000002.safetensors.damaged',
    ]);
    expect(checkpoints.restore().contents).toEqual(at(3));
  });

  it('refuses to begin again silently when every checkpoint is damaged', () => {
    const directory = temporaryDirectory();
    const checkpoints = new Checkpoints(nodeFileSystem, directory);
    checkpoints.write(at(1));
    checkpoints.write(at(2));
    for (const name of readdirSync(directory)) truncateSync(join(directory, name), 20);
    expect(() => checkpoints.restore()).toThrow(CheckpointError);
    expect(() => checkpoints.restore()).toThrow(/none of the 2 checkpoints .* To begin again/);
  });

  it.each(['open', 'write', 'sync', 'rename', 'syncDirectory'] as const)('keeps the earlier one whole when %s fails', (operation) => {
    const directory = temporaryDirectory();
    new Checkpoints(nodeFileSystem, directory).write(at(1));
    const before = readFileSync(join(directory, 'checkpoint-000001.safetensors'));
    const failing = new Checkpoints(
      failingFileSystem('ENOSPC', (attempted) => attempted === operation),
      directory,
    );
    expect(() => failing.write(at(2))).toThrow(StorageError);
    expect(readFileSync(join(directory, 'checkpoint-000001.safetensors'))).toEqual(before);
    const restored = new Checkpoints(nodeFileSystem, directory).restore();
    expect(restored.warnings).toEqual([]);
    // Once renamed, the new one counts, even where the directory could not be flushed.
    expect(restored.contents).toEqual(operation === 'syncDirectory' ? at(2) : at(1));
    expect(readdirSync(directory).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  it('reports a folder that is gone', () => {
    const directory = join(temporaryDirectory(), 'gone');
    mkdirSync(directory);
    const checkpoints = new Checkpoints(nodeFileSystem, directory);
    expect(() => new Checkpoints(nodeFileSystem, join(directory, 'nowhere')).restore()).toThrow(StorageError);
    expect(checkpoints.restore().contents).toBeUndefined();
  });
});
