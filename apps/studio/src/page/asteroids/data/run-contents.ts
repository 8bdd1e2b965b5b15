import { fetchRun, tableUrl } from '../../api-client.js';
import type { RunDetail } from '../../../api/index.js';
import { contentOfText, type DroppedContent } from './dropped-file.js';
import { fetchRunArchive, type RunArchive } from './run-archive.js';

/** A run, and what of it can be seen: its archive of orbits, else its tables. */
export interface RunContents {
  readonly detail: RunDetail;
  readonly archive: RunArchive | undefined;
  readonly tables: readonly DroppedContent[];
}

/**
 * What a run has recorded so far; tables that are no catalogues or close approaches are passed over.
 * @throws ApiFailure, ServerUnreachable, ArchiveError
 */
export async function fetchRunContents(run: string): Promise<RunContents> {
  const detail = await fetchRun(run);
  if (detail.hasArchive) return { detail, archive: await fetchRunArchive(run), tables: [] };
  const tables = await Promise.all(
    detail.tables.map(async (table) => {
      const response = await fetch(tableUrl(run, table, 'csv'));
      return response.ok ? contentOfText(table, await response.text()) : undefined;
    }),
  );
  return { detail, archive: undefined, tables: tables.filter((content) => content !== undefined) };
}
