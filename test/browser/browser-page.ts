import type { Browser, Page } from 'playwright-core';
import { type PageServerOptions, servePage } from '../../bench/src/browser/page-server.js';
import { programsKey } from './pages/programs.js';

export interface OpenOptions extends PageServerOptions {
  /** Runs in the page before its own program. */
  readonly before?: string;
}

/** A bundle's program open in a page of its own browsing context. */
export class BrowserPage {
  /** What the page printed and threw. */
  readonly messages: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly close: () => Promise<void>,
  ) {
    page.on('console', (message) => this.messages.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => this.messages.push(`thrown: ${error.message}`));
  }

  static async open(browser: Browser, folder: string, options: OpenOptions): Promise<BrowserPage> {
    const server = await servePage(folder, options);
    const context = await browser.newContext();
    if (options.before) await context.addInitScript(options.before);
    const opened = new BrowserPage(await context.newPage(), async () => {
      await context.close();
      await server.close();
    });
    await opened.page.goto(server.url);
    await opened.page.waitForFunction(`globalThis.${programsKey} !== undefined`);
    return opened;
  }

  /** Calls one of the page's programs. Throws what it throws, as an Error with the page's message. */
  async call<R>(program: string, argument: unknown = null): Promise<R> {
    const call = `(argument) => globalThis.${programsKey}[${JSON.stringify(program)}](argument)`;
    return (await this.page.evaluate(`(${call})(${JSON.stringify(argument)})`)) as R;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
