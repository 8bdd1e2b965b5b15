import { fetchRun, tableUrl } from '../../api-client.js';
import { contentOfText, type DroppedContent } from './dropped-file.js';

/**
 * The catalogues and close approaches among a run's tables; other tables are passed over.
 * @throws ApiFailure, ServerUnreachable
 */
export async function runContents(run: string): Promise<DroppedContent[]> {
  const { tables } = await fetchRun(run);
  const contents = await Promise.all(
    tables.map(async (table) => {
      const response = await fetch(tableUrl(run, table, 'csv'));
      return response.ok ? contentOfText(table, await response.text()) : undefined;
    }),
  );
  return contents.filter((content) => content !== undefined);
}
