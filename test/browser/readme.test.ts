import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { servePage } from '../../bench/src/browser/page-server.js';
import { pages } from '../markdown.js';
import { root } from '../workspace.js';
import { bundleSources } from './bundle-sources.js';
import { findChromium, launchChromium } from './chromium.js';

const chromium = findChromium();
const reason = "ts no-run: a page's program, which the browser tests run";

/** The programs for pages in the documentation, with what they print. */
const programs = pages().flatMap(({ path, blocks }) =>
  blocks.flatMap((block, i) => (block.info === reason ? [{ path, line: block.line, text: block.text, prints: blocks[i + 1]!.text }] : [])),
);

test('the documentation has programs for pages', () => {
  expect(programs).not.toEqual([]);
});

test.skipIf(chromium === undefined).each(programs)(
  'the program in $path at line $line prints in a page what it says',
  async ({ text, prints }) => {
    // Inside the repository, where imports of its packages resolve.
    const folder = await mkdtemp(join(root, 'test', 'browser', '.program-'));
    try {
      const entry = join(folder, 'program.ts');
      await writeFile(entry, text);
      const bundle = await bundleSources(entry);
      const server = await servePage(bundle.folder, { isolated: true });
      const browser = await launchChromium(chromium!);
      const page = await browser.newPage();
      const printed = page.waitForEvent('console');
      await page.goto(server.url);
      expect((await printed).text()).toBe(prints.trim());
      await browser.close();
      await server.close();
      await bundle.remove();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
