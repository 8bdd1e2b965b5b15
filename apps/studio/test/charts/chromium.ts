import { existsSync } from 'node:fs';

/** Chromium to drive: `SARDONYX_CHROMIUM`, or one of the usual places. Undefined where there is none. */
export const chromiumPath: string | undefined = [
  process.env['SARDONYX_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((path) => path !== undefined && existsSync(path));

if (chromiumPath === undefined) {
  const message = 'No Chromium found: set SARDONYX_CHROMIUM to its program to run the tests of the page.';
  if (process.env['SARDONYX_REQUIRE_CHROMIUM'] === '1') throw new Error(message);
  console.warn(message);
}
