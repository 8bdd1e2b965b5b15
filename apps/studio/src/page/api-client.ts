import type {
  ApiError,
  ArchiveFile,
  LogEntry,
  ModelFile,
  RunDetail,
  RunRequest,
  StopRequest,
  StudyDetail,
  SystemSummary,
} from '../api/index.js';
import { encodeId } from './routes.js';

/** The server's answer was a refusal; `code` and `message` are its own. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** What is wrong with parameters, by name. */
    readonly parameters: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** No answer came: the server is not running or not reachable. */
export class ServerUnreachable extends Error {
  override readonly name = 'ServerUnreachable';
  readonly code = 'server-unreachable';
}

export const fetchSystems = (): Promise<SystemSummary[]> => getJson('/api/systems');
export const fetchStudy = (study: string): Promise<StudyDetail> => getJson(`/api/studies/${encodeId(study)}`);
export const fetchRun = (run: string): Promise<RunDetail> => getJson(runUrl(run));
export const fetchLog = (run: string): Promise<LogEntry[]> => getJson(`${runUrl(run)}/log`);
export const startRun = (request: RunRequest): Promise<RunDetail> => postJson('/api/runs', request);
export const stopRun = (run: string, how: StopRequest): Promise<RunDetail> => postJson(`${runUrl(run)}/stop`, how);
export const resumeRun = (run: string): Promise<RunDetail> => postJson(`${runUrl(run)}/resume`);

export async function removeRun(run: string): Promise<void> {
  await request(runUrl(run), { method: 'DELETE' });
}

/** A file of a model that a run has saved. */
export const fetchModelFile = async (run: string, model: string, file: ModelFile): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await (await request(modelFileUrl(run, model, file))).arrayBuffer());

/** A piece of a file of a run's archive of orbits, and how long the whole file is. */
export async function fetchArchivePiece(run: string, file: ArchiveFile, range: string): Promise<{ bytes: Uint8Array; size: number }> {
  const response = await request(archiveUrl(run, file), { headers: { Range: `bytes=${range}` } });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const size = /\/(\d+)$/.exec(response.headers.get('Content-Range') ?? '')?.[1];
  return { bytes, size: size === undefined ? bytes.length : Number(size) };
}

export const runUrl = (run: string): string => `/api/runs/${encodeId(run)}`;
export const reportUrl = (run: string): string => `${runUrl(run)}/report`;
export const tableUrl = (run: string, table: string, format: 'parquet' | 'csv'): string =>
  `${runUrl(run)}/tables/${encodeURIComponent(table)}.${format}`;
export const modelFileUrl = (run: string, model: string, file: ModelFile): string =>
  `${runUrl(run)}/models/${encodeURIComponent(model)}/${file}`;
export const archiveUrl = (run: string, file: ArchiveFile): string => `${runUrl(run)}/archive/${file}`;
export const runEventsUrl = (run: string): string => `${runUrl(run)}/events`;
export const runListEventsUrl = '/api/events';

async function getJson<T>(url: string): Promise<T> {
  return (await (await request(url)).json()) as T;
}

async function postJson<T>(url: string, body: unknown = {}): Promise<T> {
  const response = await request(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as T;
}

async function request(url: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, init).catch((error: unknown) => {
    throw new ServerUnreachable('The server does not answer. Start it again by "sardonyx studio"; runs go on without it.', {
      cause: error,
    });
  });
  if (response.ok) return response;
  const { error } = await refusal(response);
  throw new ApiFailure(response.status, error.code, error.message, error.parameters);
}

/** What a refusal says; something between the page and the server may answer with a page of its own. */
async function refusal(response: Response): Promise<ApiError> {
  const text = await response.text();
  if (response.headers.get('Content-Type')?.includes('json') === true) return JSON.parse(text) as ApiError;
  return { error: { code: `http-${response.status}`, message: `${response.url} answered ${response.status} ${response.statusText}.` } };
}
