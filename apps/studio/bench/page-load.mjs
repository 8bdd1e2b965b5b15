/*
 * How soon the page is there, and what is transferred for it: first contentful paint on loopback in a fresh browser
 * profile, bytes on the wire until then and for what views load on demand, and the time from the click that starts the
 * first run to its first curve.
 *
 * npm run build && node apps/studio/bench/page-load.mjs [--rounds 7]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } });
const runs = mkdtempSync(join(tmpdir(), 'sardonyx-page-load-'));
const command = fileURLToPath(new URL('../../cli/dist/main.js', import.meta.url));
const studio = spawn(process.execPath, [command, 'studio', '--json', '--port', '0', '--runs', runs], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const browser = await chromium.launch({ executablePath: process.env['SARDONYX_CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const range = (numbers, unit) =>
  `${Math.round(median(numbers))} ${unit} (${Math.round(Math.min(...numbers))}–${Math.round(Math.max(...numbers))})`;

/** A page in a profile of its own, and the bytes that came over the wire for it so far. */
async function openPage(url) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  const transferred = { bytes: 0 };
  await session.send('Network.enable');
  session.on('Network.loadingFinished', ({ encodedDataLength }) => (transferred.bytes += encodedDataLength));
  await page.goto(url);
  await page.getByRole('button', { name: 'Start the quick run' }).waitFor();
  return { page, transferred, close: () => context.close() };
}

async function firstPaint(url) {
  const { page, transferred, close } = await openPage(url);
  await page.waitForTimeout(500);
  const paint = await page.evaluate(`performance.getEntriesByName('first-contentful-paint')[0].startTime`);
  await close();
  return { paint, bytes: transferred.bytes };
}

try {
  const [line] = await once(studio.stdout.setEncoding('utf8'), 'data');
  const { url } = JSON.parse(line);
  const loads = [];
  for (let round = 0; round < Number(values.rounds); round++) loads.push(await firstPaint(url));
  console.log(
    `first contentful paint   ${range(
      loads.map(({ paint }) => paint),
      'ms',
    )}`,
  );
  console.log(
    `transferred for it       ${range(
      loads.map(({ bytes }) => bytes / 1000),
      'kB',
    )}`,
  );

  const { page, transferred, close } = await openPage(url);
  const before = transferred.bytes;
  const clicked = performance.now();
  await page.getByRole('button', { name: 'Start the quick run' }).click();
  await page.locator('.run-curves canvas').first().waitFor();
  console.log(`click to the first curve ${Math.round(performance.now() - clicked)} ms`);
  await page.waitForTimeout(1000);
  console.log(`  transferred for curves and the run's data ${Math.round((transferred.bytes - before) / 1000)} kB`);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByRole('button', { name: 'Resume' }).waitFor();
  await close();
} finally {
  await browser.close();
  studio.kill('SIGTERM');
  await once(studio, 'exit');
  rmSync(runs, { recursive: true, force: true });
}
