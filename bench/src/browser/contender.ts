import { chromium, type Page } from 'playwright-core';
import { serveContender, type RemoteCase } from '../contender.js';
import { peakRssBytesOf, processTree, readProcessFile } from '../process-tree.js';
import { type TrainingCase, trainingCaseSchema } from '../training-cases.js';
import { UnsupportedCaseError } from '../unsupported-case.js';
import { bundlePage } from './bundle.js';
import { chromiumPath, serveChromium } from './chromium.js';
import { contenderKey, type PageContender } from './page-contender.js';
import { installedFolder, isPageLibrary, missingPackage, pageLibrary, versionsOf } from './page-library.js';
import { servePage } from './page-server.js';
import { addressWith } from './page-settings.js';

/* A contender that computes in a page: contender.js <library> <backend>. The page times its own steps. */

// Standard output belongs to the protocol.
console.log = console.info = console.error;

const [libraryName = '', backend = ''] = process.argv.slice(2);
if (!isPageLibrary(libraryName)) throw new Error(`expected the name of a library, given ${JSON.stringify(libraryName)}`);
const library = pageLibrary(libraryName);
const peers = process.env['SARDONYX_PEERS'] ?? '';
const executable = chromiumPath();
const missing = missingPackage(library, peers) ?? (executable === undefined ? 'Chromium' : undefined);
if (missing !== undefined) process.stdout.write(`${JSON.stringify({ missing })}\n`);
else await main(executable!);

async function main(executablePath: string): Promise<void> {
  const alias = Object.fromEntries(library.packages.map((name) => [name, installedFolder(peers, name)]));
  const bundle = await bundlePage(library.entry, { project: process.cwd(), alias, conditions: [] });
  const folders = library.files === undefined ? {} : { '/peer-files/': installedFolder(peers, library.files) };
  const server = await servePage(bundle.folder, { isolated: true, folders });
  // Without the watchdog, a turn spent stopped does not count as a hang.
  const chromiumServer = await serveChromium(executablePath, ['--disable-gpu-watchdog']);
  const browser = await chromium.connect(chromiumServer.wsEndpoint());
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => process.stderr.write(`${error.message}\n`));
    await page.goto(addressWith(server.url, { backend, threads: Number(process.env['SARDONYX_BENCH_THREADS'] ?? 2) }));
    await page.waitForFunction(`globalThis.${contenderKey} !== undefined`);
    const known = (await page.evaluate(`globalThis.${contenderKey}.versions`)) as PageContender['versions'];
    await serveContender<TrainingCase>({
      name: library.name,
      versions: { chromium: browser.version(), ...versionsOf(library, peers), ...known },
      parseCase: (value) => trainingCaseSchema.parse(value),
      prepare: (specification) => prepareIn(page, specification),
    });
  } finally {
    await chromiumServer.close();
    await server.close();
    await bundle.remove();
  }
}

async function prepareIn(page: Page, specification: TrainingCase): Promise<RemoteCase> {
  const { note } = await call(page, 'prepare', specification);
  return {
    ...(note === undefined ? {} : { note }),
    async measure(iterations, warmup) {
      const { secondsPerIteration, loss } = await call(page, 'run', { iterations, warmup });
      return { secondsPerIteration, ...(loss === undefined ? {} : { loss }), rssBytes: peakRssBytesOfPage() };
    },
    inspect: () => call(page, 'inspect', {}),
  };
}

type Call = Exclude<keyof PageContender, 'versions'>;
type Answer<Name extends Call> = Exclude<Awaited<ReturnType<PageContender[Name]>>, { unsupported: string }>;

async function call<Name extends Call>(page: Page, name: Name, argument: object): Promise<Answer<Name>> {
  // The page's time limits are the harness's.
  page.setDefaultTimeout(0);
  const answer = (await page.evaluate(`globalThis.${contenderKey}.${name}(${JSON.stringify(argument)})`)) as
    | Answer<Name>
    | { unsupported: string };
  if ('unsupported' in answer && typeof answer.unsupported === 'string') throw new UnsupportedCaseError(answer.unsupported);
  return answer as Answer<Name>;
}

/** Of the process that a page's program and its workers live in; 0 where processes cannot be looked at. */
function peakRssBytesOfPage(): number {
  const renderers = processTree(process.pid).filter((pid) => readProcessFile(`/proc/${pid}/cmdline`)?.includes('--type=renderer'));
  return Math.max(0, ...renderers.map((pid) => peakRssBytesOf(pid) ?? 0));
}
