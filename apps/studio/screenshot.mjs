/*
 * Makes the pictures of the studio, docs/studio.png, docs/studio-dark.png and docs/studio-ask.png: starts the studio as a
 * person would, makes a real run of the first study in a browser, and pictures its page when it is done and its model when it
 * has answered. It takes as long as the
 * quick preset. Chromium is the one named in SARDONYX_CHROMIUM, or Debian's.
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
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] }).catch((error) => {
  console.error(`Cannot start Chromium at ${executablePath}: ${error.message} Name another with SARDONYX_CHROMIUM.`);
  process.exit(1);
});
const runs = mkdtempSync(join(tmpdir(), 'sardonyx-screenshot-'));
const studio = spawn(process.execPath, [pathOf('../cli/dist/main.js'), 'studio', '--json', '--port', '0', '--runs', runs], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const [line] = await once(studio.stdout.setEncoding('utf8'), 'data');
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 }, deviceScaleFactor: 1.5 });
  await page.goto(JSON.parse(line).url);
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
} finally {
  await browser.close();
  studio.kill('SIGTERM');
  await once(studio, 'exit');
  rmSync(runs, { recursive: true, force: true });
}
