import { type ArchiveFile, archiveFiles } from '../api/index.js';
import { fileOfRun } from './run-location.js';

/** Where a run of close-approaches keeps them. */
const folders: Readonly<Record<ArchiveFile, string>> = { 'run.caph': 'archive', 'particles.json': 'particles' };

/** A file of a run's archive of orbits, or undefined where there is none. */
export const archiveFileOf = (directory: string, file: ArchiveFile): string | undefined => fileOfRun(directory, folders[file], file);

/** Whether a run has an archive of orbits, with whom its particles stand for. */
export const hasArchive = (directory: string): boolean => archiveFiles.every((file) => archiveFileOf(directory, file) !== undefined);
