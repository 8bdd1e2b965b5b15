import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page, Route } from 'playwright-core';
import { findChromium, launchChromium } from '../../../../test/browser/chromium.js';

export const chromiumPath = findChromium();

export const launchBrowser = (): Promise<Browser> => launchChromium(chromiumPath!);

/** How long a test waits for what should come within seconds, ms: other tests may have the processor. */
const patienceMs = 45_000;

/** Notes every shift of the layout that no input caused (https://web.dev/articles/cls). */
const watchShifts = `
  window.layoutShifts = [];
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries()) {
      if (hadRecentInput) continue;
      const moved = sources.map(({ node, previousRect, currentRect }) => (node?.className || node?.nodeName) + ' ' + previousRect.y + ' to ' + currentRect.y);
      window.layoutShifts.push(value.toFixed(4) + ': ' + moved.join(', '));
    }
  }).observe({ type: 'layout-shift', buffered: true });
`;

/** The page of a studio in a browser window of its own, in the words of those who use it. */
export class StudioPage {
  readonly page: Page;
  /** Errors and warnings of the console, and exceptions. */
  readonly complaints: string[] = [];
  readonly #context: BrowserContext;

  private constructor(page: Page, context: BrowserContext) {
    this.page = page;
    this.#context = context;
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
  }

  static async open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<StudioPage> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, baseURL: url, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(patienceMs);
    await page.addInitScript(watchShifts);
    return new StudioPage(page, context);
  }

  goto(path: string): Promise<unknown> {
    return this.page.goto(path);
  }

  close(): Promise<void> {
    return this.#context.close();
  }

  /** Holds back the next request to such an address; resolves when the page has made it, with what lets it go on. */
  async holdsRequest(address: string): Promise<() => Promise<void>> {
    const route = await new Promise<Route>((resolve) => void this.page.route(address, resolve, { times: 1 }));
    return () => route.continue();
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** Lets the page press a button in the very moment in which it says something else; `window.hasPressed` tells. */
  async pressesAsSoonAs(selector: string, label: string): Promise<void> {
    await this.page.evaluate(`new MutationObserver((_, observer) => {
      const button = document.querySelector(${JSON.stringify(selector)});
      if (button?.textContent !== ${JSON.stringify(label)}) return;
      observer.disconnect();
      button.click();
      window.hasPressed = true;
    }).observe(document.body, { childList: true, characterData: true, subtree: true })`);
  }

  link(name: string): Locator {
    return this.page.getByRole('link', { name, exact: true });
  }

  heading(name: string): Locator {
    return this.page.getByRole('heading', { name, exact: true });
  }

  /** The run's status as it is told to everybody, the hidden announcement included. */
  async showsStatus(word: string): Promise<void> {
    await this.page.locator('.run-state .status', { hasText: word }).waitFor();
  }

  /** Resolves once the first curve's drawing differs from what it was. */
  async curveGrows(): Promise<void> {
    await this.page.locator('.run-curves canvas').first().waitFor();
    await this.page.evaluate(`window.earlierDrawing = document.querySelector('.run-curves canvas').toDataURL()`);
    await this.until(`window.earlierDrawing !== document.querySelector('.run-curves canvas').toDataURL()`);
  }

  /** Resolves once an expression is true in the page; the page's security policy forbids what the driver's own waiting does. */
  async until(expression: string): Promise<void> {
    const giveUpAt = Date.now() + patienceMs;
    while (!(await this.page.evaluate<boolean>(expression))) {
      if (Date.now() > giveUpAt) throw new Error(`Not true within ${patienceMs} ms: ${expression}`);
      await this.page.waitForTimeout(50);
    }
  }

  /** The share of the work that is done, 0 to 1. */
  async progress(): Promise<number> {
    return this.page.evaluate(`(() => { const bar = document.querySelector('.run-state progress'); return bar.value / bar.max; })()`);
  }

  /** What has moved since the page was loaded: size of the shift, and what moved from where to where. */
  layoutShifts(): Promise<string[]> {
    return this.page.evaluate('window.layoutShifts');
  }

  /** Pixels by which the page is wider than the window. */
  overflow(): Promise<number> {
    return this.page.evaluate('document.documentElement.scrollWidth - innerWidth');
  }

  /** The name of what has the focus. */
  focused(): Promise<string> {
    return this.page.evaluate(
      `(document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.labels?.[0]?.textContent ?? document.activeElement?.textContent ?? '').trim()`,
    );
  }

  /** Presses Tab until what has the focus has a name that begins so. */
  async tabTo(name: string): Promise<void> {
    for (let presses = 0; presses < 80; presses++) {
      await this.page.keyboard.press('Tab');
      if ((await this.focused()).startsWith(name)) return;
    }
    throw new Error(`Tab does not reach "${name}" within 80 presses; the focus is on "${await this.focused()}"`);
  }
}
