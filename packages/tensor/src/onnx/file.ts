import { open, readFile, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeAtomically } from '../files/atomic-write.js';
import { decodeModel } from './decode.js';
import { encodeModelChunks } from './encode.js';
import { OnnxFormatError } from './errors.js';
import {
  checkLocation,
  externalTensors,
  mapTensors,
  separateExternalData,
  type ExternalBlock,
  type ExternalDataOptions,
} from './external-data.js';
import type { OnnxDataLocation, OnnxModel } from './model.js';
import { protobufByteLimit } from './schema.js';

export interface ReadOnnxOptions {
  /** `load` (default) reads external data into memory; `keep` leaves locations, after checking that the files hold them. */
  readonly externalData?: 'load' | 'keep';
}

export interface WriteOnnxOptions {
  /** Moves large initializers into a file beside the model; needed from 2 GiB on. Absent: everything in one file. */
  readonly externalData?: ExternalDataOptions;
}

/**
 * Reads a model file and the external data it names.
 * @throws {OnnxFormatError} as {@link decodeModel}; `external-path`, `external-missing`, `external-short`; `too-large`
 * @throws Node's own error where `path` itself cannot be read
 */
export async function readOnnxFile(path: string, options: ReadOnnxOptions = {}): Promise<OnnxModel> {
  const { size } = await stat(path);
  if (size >= protobufByteLimit) {
    throw new OnnxFormatError({
      code: 'too-large',
      path,
      expected: `a model file below ${protobufByteLimit} bytes, protobuf's limit`,
      given: `${size} bytes`,
      remedy: 'export the model with external data',
    });
  }
  const model = decodeModel(await readFile(path));
  const locations = externalTensors(model).map((tensor) => tensor.location!);
  if (locations.length === 0) return model;
  const directory = dirname(path);
  await checkExternalFiles(directory, locations);
  if (options.externalData === 'keep') return model;
  const loaded = await loadBlocks(directory, locations);
  return mapTensors(model, (tensor) => {
    const { location, ...kept } = tensor;
    return location === undefined ? tensor : { ...kept, data: loaded.get(blockKey(location))! };
  });
}

/**
 * Writes a model file, and beside it the file of external data if asked for. Each file appears complete or not at all;
 * the external file comes first, so that a model never names data that is not there yet. Tensors that are external
 * already are written as they are: their file must lie beside `path`.
 * @throws {OnnxFormatError} as {@link encodeModel}; `external-path`, `external-missing`, `external-short`
 */
export async function writeOnnxFile(path: string, model: OnnxModel, options: WriteOnnxOptions = {}): Promise<void> {
  const directory = dirname(path);
  const external = options.externalData;
  const kept = externalTensors(model).map((tensor) => tensor.location!);
  await checkExternalFiles(directory, kept);
  if (external === undefined) return writeAtomically(path, encodeModelChunks(model));
  if (kept.some(({ file }) => join(directory, file) === join(directory, external.file))) {
    throw new OnnxFormatError({
      code: 'external-path',
      path: 'externalData.file',
      expected: 'a file that no tensor of the model still lies in',
      given: JSON.stringify(external.file),
      remedy: 'choose another name, or read the model with its external data loaded',
    });
  }
  const separated = separateExternalData(model, external);
  const chunks = encodeModelChunks(separated.model);
  await writeAtomically(join(directory, external.file), withZerosBetween(separated.blocks));
  await writeAtomically(path, chunks);
}

const zeros = new Uint8Array(1 << 16);

/** The blocks in ascending order as one sequence of bytes, with zeros between them. */
function* withZerosBetween(blocks: readonly ExternalBlock[]): Iterable<Uint8Array> {
  let end = 0;
  for (const { offset, data } of blocks) {
    for (; end < offset; end += zeros.length) yield zeros.subarray(0, offset - end);
    yield data;
    end = offset + data.byteLength;
  }
}

async function checkExternalFiles(directory: string, locations: readonly OnnxDataLocation[]): Promise<void> {
  const needed = new Map<string, number>();
  for (const { file, offset, length } of locations) {
    needed.set(file, Math.max(needed.get(file) ?? 0, offset + length));
  }
  for (const [file, end] of needed) {
    checkLocation(file, 'external_data.location');
    const path = join(directory, file);
    const size = await sizeOfFile(path);
    if (size < end) throw tooShort(path, end, size);
  }
}

async function sizeOfFile(path: string): Promise<number> {
  const missing = (given: string, cause?: unknown) =>
    new OnnxFormatError({
      code: 'external-missing',
      path,
      expected: "the file that holds the model's external data",
      given,
      remedy: 'place it beside the model under this name',
      cause,
    });
  const status = await stat(path).catch((cause: unknown) => {
    throw missing(cause instanceof Error ? cause.message : String(cause), cause);
  });
  if (!status.isFile()) throw missing('something that is not a file');
  return status.size;
}

function tooShort(path: string, needed: number, given: number): OnnxFormatError {
  return new OnnxFormatError({
    code: 'external-short',
    path,
    expected: `at least ${needed} bytes of external data`,
    given: String(given),
    remedy: 'copy the file again, it is incomplete',
  });
}

function blockKey({ file, offset, length }: OnnxDataLocation): string {
  return `${offset}+${length} ${file}`;
}

/** Reads each stretch once, however many tensors share it. */
async function loadBlocks(directory: string, locations: readonly OnnxDataLocation[]): Promise<ReadonlyMap<string, Uint8Array>> {
  const loaded = new Map<string, Uint8Array>();
  for (const file of new Set(locations.map((location) => location.file))) {
    const path = join(directory, file);
    const handle = await open(path, 'r');
    try {
      for (const location of locations) {
        const key = blockKey(location);
        if (location.file === file && !loaded.has(key)) loaded.set(key, await readAt(handle, location, path));
      }
    } finally {
      await handle.close();
    }
  }
  return loaded;
}

/** A single system call moves less than 2 GiB. */
const transferLimit = 2 ** 30;

async function readAt(handle: FileHandle, { offset, length }: OnnxDataLocation, path: string): Promise<Uint8Array> {
  const data = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(data, done, Math.min(transferLimit, length - done), offset + done);
    if (bytesRead === 0) throw tooShort(path, offset + length, offset + done);
    done += bytesRead;
  }
  return data;
}
