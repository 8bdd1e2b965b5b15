/*
 * Makes the pictures of the studio: starts it as a person would, makes real runs in a browser, and pictures their pages when they are
 * done. It takes as long as the runs, the quick preset of the first study among them. `studio` and `asteroids` as arguments make
 * docs/studio.png, docs/studio-dark.png and docs/studio-ask.png, or docs/studio-asteroids.png alone. Chromium is the one named in
 * SARDONYX_CHROMIUM, or Debian's.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url));
const longestRunMs = 30 * 60 * 1000;

const executablePath = process.env['SARDONYX_CHROMIUM'] ?? '/usr/bin/chromium';
// WebGL in software, for machines without a graphics processor.
const args = ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
const browser = await chromium.launch({ executablePath, args }).catch((error) => {
  console.error(`Cannot start Chromium at ${executablePath}: ${error.message} Name another with SARDONYX_CHROMIUM.`);
  process.exit(1);
});
const runs = mkdtempSync(join(tmpdir(), 'sardonyx-screenshot-'));
const studio = spawn(process.execPath, [pathOf('../cli/dist/main.js'), 'studio', '--json', '--port', '0', '--runs', runs], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const [line] = await once(studio.stdout.setEncoding('utf8'), 'data');
  const { url } = JSON.parse(line);
  const wanted = process.argv.slice(2);
  for (const [name, take] of Object.entries({ studio: pictureStudio, asteroids: pictureAsteroids })) {
    if (wanted.length === 0 || wanted.includes(name)) await take(url);
  }
} finally {
  await browser.close();
  studio.kill('SIGTERM');
  await once(studio, 'exit');
  rmSync(runs, { recursive: true, force: true });
}

/** A run of the first study, made by a click, in both colour schemes; then its model when it has answered. */
async function pictureStudio(url) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 }, deviceScaleFactor: 1.5 });
  await page.goto(url);
  await page.getByRole('button', { name: 'Start the quick run' }).click();
  await page.getByText('Read the report').waitFor({ timeout: longestRunMs });
  // The view of a run that is done: results first.
  await page.reload();
  await page.locator('.run-figures svg').first().waitFor();
  for (const [theme, file] of [
    ['light', 'studio.png'],
    ['dark', 'studio-dark.png'],
  ]) {
    await page.getByRole('combobox', { name: 'Theme' }).selectOption(theme);
    await page.getByRole('combobox', { name: 'Theme' }).blur();
    await page.waitForTimeout(500);
    await page.screenshot({ path: pathOf(`../../docs/${file}`) });
    console.log(`docs/${file}`);
  }
  await page.getByRole('combobox', { name: 'Theme' }).selectOption('light');
  await page.getByRole('link', { name: 'Ask the model' }).click();
  await page.getByRole('button', { name: /^Draw an example/ }).click();
  // The page's policy forbids the driver's own waiting for an expression.
  while ((await page.getByRole('textbox', { name: 'Prompt' }).inputValue()) === '') await page.waitForTimeout(50);
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  await page.getByRole('checkbox', { name: 'all at once' }).check();
  await page.locator('.attention-panel').last().waitFor();
  await page.mouse.move(0, 0);
  await page.screenshot({ path: pathOf('../../docs/studio-ask.png'), fullPage: true });
  console.log('docs/studio-ask.png');
  await page.close();
}

/** A run of the belt: its asteroids in space, and maps of their orbits. */
async function pictureAsteroids(url) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  await page.goto(`${url}studies/close-approaches/belt`);
  const params = { keepMarsCrossers: true, largestPerihelion: 1.9, particles: 240, years: 4000, detectorParticles: 0 };
  const run = await page.evaluate(
    async (request) => {
      const headers = { 'Content-Type': 'application/json' };
      const response = await fetch('/api/runs', { method: 'POST', headers, body: JSON.stringify(request) });
      return (await response.json()).id;
    },
    { study: 'close-approaches/belt', seed: 1, params },
  );
  await page.goto(`${url}runs/${run}`);
  await page.getByText('Read the report').waitFor({ timeout: longestRunMs });
  await page.getByRole('link', { name: 'Show its asteroids' }).click();
  await page.locator('.encounter-table button').first().click();
  await page.getByRole('heading', { name: 'Orbits' }).waitFor();
  await page.mouse.move(0, 0);
  // All bodies are drawn once nothing moves.
  await page.waitForTimeout(2000);
  const end = await page.locator('.maps .figure-grid > *').first().boundingBox();
  await page.evaluate('document.activeElement.blur()');
  const height = await page.evaluate(`${end.y + end.height} + scrollY + 16`);
  await page.screenshot({ path: pathOf('../../docs/studio-asteroids.png'), fullPage: true, clip: { x: 0, y: 0, width: 1440, height } });
  console.log('docs/studio-asteroids.png');
  await page.close();
}
