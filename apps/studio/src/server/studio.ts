import { setMaxListeners } from 'node:events';
import type { Server } from 'node:http';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAdaptorServer } from '@hono/node-server';
import { BadInputError, isSystemError, nodeFileSystem } from '@sardonyx/study';
import { buildApplication } from './application.js';
import type { SystemCatalogue } from './catalogue.js';
import { Laboratory } from './laboratory.js';
import type { Launch } from './run-process.js';

export interface StudioOptions {
  /** The systems to offer. */
  readonly systems: SystemCatalogue;
  /** The folder of runs: `<runs>/<system>/<study>/<run>`; made where it is missing. */
  readonly runs: string;
  /** The port to listen on; without it the first free one from 7310 on. 0 lets the operating system choose. */
  readonly port?: number;
  /** The command that carries runs, which outlive the server; `run …` and `resume …` are appended. */
  readonly launch: Launch;
  /** The folder of the built page; the package's own when not given. */
  readonly page?: string;
}

/** A server at work. */
export interface Studio {
  /** Where the page is: `http://127.0.0.1:7310/`. */
  readonly url: string;
  /** How many runs of its folder are working now. */
  runningCount(): number;
  /** Stops listening and ends all streams. Runs go on. */
  close(): Promise<void>;
}

const firstPort = 7310;
const portsTried = 50;
/** The same from the sources and from the built package. */
const ownPage = fileURLToPath(new URL('../../dist/page', import.meta.url));

/**
 * Serves the studio on the loopback addresses, to this machine alone.
 * Throws `BadInputError` (`port-taken`, `port-denied`) when the port cannot be had and `StorageError` when the folder of
 * runs cannot.
 */
export async function startStudio({ systems, runs, port, launch, page = ownPage }: StudioOptions): Promise<Studio> {
  // Now rather than at the first run: a folder that cannot be had is a mistake of this command.
  nodeFileSystem.makeDirectory(resolve(runs), { parents: true });
  const laboratory = new Laboratory(systems, resolve(runs), launch);
  const closing = new AbortController();
  // Every open stream listens; there is no number of pages that would be a mistake.
  setMaxListeners(0, closing.signal);
  let listeningPort = 0;
  const parts = { catalogue: systems, laboratory, page: resolve(page), port: () => listeningPort, closing: closing.signal };
  const { fetch } = buildApplication(parts);
  const makeServer = (): Server => createAdaptorServer({ fetch, overrideGlobalObjects: false }) as Server;
  const servers = port === undefined ? await listenOnFreePort(makeServer) : await listen(makeServer, port);
  listeningPort = portOf(servers[0]);
  return {
    url: `http://127.0.0.1:${listeningPort}/`,
    runningCount: () => laboratory.list().filter(({ status }) => status === 'running').length,
    close: async () => {
      closing.abort();
      await Promise.all(servers.map(closeServer));
    },
  };
}

async function listenOnFreePort(makeServer: () => Server): Promise<Server[]> {
  for (let port = firstPort; port < firstPort + portsTried; port++) {
    try {
      return await listen(makeServer, port);
    } catch (error) {
      if (!(error instanceof BadInputError)) throw error;
    }
  }
  return listen(makeServer, 0);
}

/**
 * Listens on both loopback addresses: where `localhost` means the one of version 6, nobody else may answer in its place.
 * A machine without that version has the other alone.
 */
async function listen(makeServer: () => Server, port: number): Promise<Server[]> {
  const four = await bind(makeServer(), '127.0.0.1', port);
  try {
    return [four, await bind(makeServer(), '::1', portOf(four))];
  } catch (error) {
    if (error instanceof BadInputError) {
      await closeServer(four);
      throw error;
    }
    if (isSystemError(error) && (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT')) return [four];
    throw error;
  }
}

function bind(server: Server, address: string, port: number): Promise<Server> {
  return new Promise((done, reject) => {
    const refuse = (error: Error): void => reject(portProblem(error, port));
    server.once('error', refuse);
    server.listen({ host: address, port, exclusive: true }, () => {
      server.off('error', refuse);
      done(server);
    });
  });
}

function portProblem(error: Error, port: number): Error {
  if (!isSystemError(error)) return error;
  if (error.code === 'EADDRINUSE') {
    return new BadInputError(
      'port-taken',
      `Cannot listen on port ${port}: another program does. Choose another with --port, or leave it out.`,
      {
        cause: error,
      },
    );
  }
  if (error.code === 'EACCES') {
    return new BadInputError('port-denied', `Cannot listen on port ${port}: permission is denied. Choose one above 1023 with --port.`, {
      cause: error,
    });
  }
  return error;
}

function portOf(server: Server | undefined): number {
  const address = server?.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}
