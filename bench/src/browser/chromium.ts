import { existsSync } from 'node:fs';
import { type BrowserServer, chromium, type LaunchOptions } from 'playwright-core';

/** Where Chromium usually lies; playwright's own download is not needed. */
export const chromiumPlaces: readonly string[] = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Path of the browser named in `SARDONYX_CHROMIUM`, or of one in a usual place; `undefined` where there is none. */
export function chromiumPath(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = environment['SARDONYX_CHROMIUM'];
  if (named && !existsSync(named)) {
    throw new Error(`SARDONYX_CHROMIUM: expected the path of a Chromium, given ${named}, where there is no file`);
  }
  return named || chromiumPlaces.find((path) => existsSync(path));
}

/** Headless, and without its sandbox, which containers do not allow. */
export const chromiumOptions = (executablePath: string, args: readonly string[] = []): LaunchOptions => ({
  executablePath,
  args: ['--no-sandbox', ...args],
});

/** A browser in processes of its own, to connect to. */
export const serveChromium = (executablePath: string, args: readonly string[] = []): Promise<BrowserServer> =>
  chromium.launchServer(chromiumOptions(executablePath, args));
