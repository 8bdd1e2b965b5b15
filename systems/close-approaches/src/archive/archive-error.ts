import { StudyError } from '@sardonyx/study/errors';

/**
 * Why an archive cannot be used; stable across versions.
 *
 * - `not-an-archive`: the file does not begin as an archive does
 * - `version`: written by another version of the format
 * - `damaged-header`: the header's checksum is wrong
 * - `damaged-block`: a block's checksum is wrong; `details` holds its index, offset and the bytes lost
 * - `no-snapshot`: nothing to continue from
 * - `changed-config`: the run is to continue with another configuration; the message names the keys
 * - `build`: the parts of a merge were written by different builds, or an archive is to be continued by another one
 * - `merge`: parts that do not make up one run
 * - `content`: rows that do not fit their block, or states that do not fit the particles of a run
 * - `not-finite`: a particle's state is no number any more; the last snapshot before is in the archive
 * - `storage`: the file cannot be read or written
 */
export type ArchiveErrorCode =
  | 'not-an-archive'
  | 'version'
  | 'damaged-header'
  | 'damaged-block'
  | 'no-snapshot'
  | 'changed-config'
  | 'build'
  | 'merge'
  | 'content'
  | 'not-finite'
  | 'storage';

/** An archive that cannot be read, continued or merged: what was expected, what was found, what to do. */
export class ArchiveError extends StudyError {
  constructor(
    code: ArchiveErrorCode,
    message: string,
    readonly details: Readonly<Record<string, number>> = {},
    options?: ErrorOptions,
  ) {
    super(code, message, options);
    this.name = 'ArchiveError';
  }
}
