import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** Where Chromium usually lies; playwright's own download is not needed. */
const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/**
 * Path of the browser to test in: the one named in `SARDONYX_CHROMIUM`, or in a usual place; `undefined` where there is
 * none, which is an error where `SARDONYX_REQUIRE_CHROMIUM` is 1.
 */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = environment['SARDONYX_CHROMIUM'];
  const found = named || places.find((path) => existsSync(path));
  if (named && !existsSync(named)) {
    throw new Error(`SARDONYX_CHROMIUM: expected the path of a Chromium, given ${named}, where there is no file`);
  }
  if (found === undefined) {
    const message = `browser tests: expected a Chromium at ${places.join(', ')}, given none; install one or set SARDONYX_CHROMIUM`;
    if (environment['SARDONYX_REQUIRE_CHROMIUM'] === '1') throw new Error(message);
    console.warn(`${message}. Skipped.`);
  }
  return found;
}

/** A headless browser; without its sandbox, which containers do not allow. */
export const launchChromium = (executablePath: string, args: readonly string[] = []): Promise<Browser> =>
  chromium.launch({ executablePath, args: ['--no-sandbox', ...args] });
