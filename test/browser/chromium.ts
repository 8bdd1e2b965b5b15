import { chromium, type Browser } from 'playwright-core';
import { chromiumOptions, chromiumPath, chromiumPlaces } from '../../bench/src/browser/chromium.js';

/** The browser to test in; where there is none, tests say so and are skipped, or fail if `SARDONYX_REQUIRE_CHROMIUM` is 1. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const found = chromiumPath(environment);
  if (found === undefined) {
    const message = `browser tests: expected a Chromium at ${chromiumPlaces.join(', ')}, given none; install one or set SARDONYX_CHROMIUM`;
    if (environment['SARDONYX_REQUIRE_CHROMIUM'] === '1') throw new Error(message);
    console.warn(`${message}. Skipped.`);
  }
  return found;
}

export const launchChromium = (executablePath: string, args: readonly string[] = []): Promise<Browser> =>
  chromium.launch(chromiumOptions(executablePath, args));
