import { rmSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chromiumPath, launchBrowser, StudioPage } from './studio-page.js';
import { StudioProcess } from './studio-process.js';

/** A run that goes on for as long as a test takes, and keeps a point for every step. */
const long = { steps: 200_000, delay: 5, saveEvery: 20 };

describe.skipIf(chromiumPath === undefined)('what goes wrong', () => {
  let browser: Browser;
  let studio: StudioProcess;
  const views: StudioPage[] = [];
  const open = async (path: string): Promise<StudioPage> => {
    const view = await StudioPage.open(browser, studio.url);
    views.push(view);
    await view.goto(path);
    return view;
  };
  beforeAll(async () => void (browser = await launchBrowser()));
  afterAll(() => browser?.close());
  beforeEach(async () => void (studio = await StudioProcess.start()));
  afterEach(async () => {
    for (const view of views.splice(0)) await view.close();
    await studio[Symbol.asyncDispose]();
  });

  test('two pages stop the same run: both see it stopped, neither complains', async () => {
    const run = await studio.startDemo(long);
    const [one, two] = [await open(`/runs/${run}`), await open(`/runs/${run}`)];
    await Promise.all([one.showsStatus('running'), two.showsStatus('running')]);
    // Neither request goes out before both buttons were pressed: else the second would have become another button.
    const pressed = [one, two].map((view) => view.holdsRequest('**/stop'));
    await Promise.all([one, two].map((view) => view.button('Stop').click()));
    for (const goOn of await Promise.all(pressed)) await goOn();
    await Promise.all([one.showsStatus('stopped'), two.showsStatus('stopped')]);
    for (const view of [one, two]) {
      expect(await view.page.getByRole('alert').count()).toBe(0);
      expect(view.complaints).toEqual([]);
    }
    await one.button('Resume').click();
    await two.showsStatus('running');
  });

  test('a button that changes under the finger does nothing, and soon what it says', async () => {
    const run = await studio.startDemo(long);
    const view = await open(`/runs/${run}`);
    await view.showsStatus('running');
    const asked: string[] = [];
    view.page.on('request', (request) => request.method() === 'POST' && asked.push(new URL(request.url()).pathname));
    await view.pressesAsSoonAs('.run-action button', 'Resume');
    await studio.ask(`/api/runs/${run}/stop`, 'POST');
    await view.until('window.hasPressed === true');
    await view.button('Resume').click();
    await view.showsStatus('running');
    expect(asked).toEqual([`/api/runs/${run}/resume`]);
  });

  test('an answer that the stream has overtaken changes nothing', async () => {
    const run = await studio.startDemo(long);
    const view = await open(`/runs/${run}`);
    await view.showsStatus('running');
    const earlier = await studio.ask(`/api/runs/${run}`);
    await view.page.route('**/stop', async (route) => {
      await route.fetch();
      await view.showsStatus('stopped');
      await route.fulfill({ json: earlier });
    });
    await Promise.all([view.page.waitForResponse('**/stop'), view.button('Stop').click()]);
    await view.button('Resume').click();
    await view.showsStatus('running');
  });

  test('the folder of a run is deleted: its page says so and keeps what it shows', async () => {
    const run = await studio.startDemo({ steps: 100 });
    await studio.untilStatus(run, 'done');
    const view = await open(`/runs/${run}`);
    await view.page.locator('.run-curves canvas').first().waitFor();
    rmSync(studio.folderOf(run), { recursive: true });
    await view.page.getByText('The folder of this run is gone').waitFor();
    expect(await view.page.locator('.run-curves canvas').count()).toBeGreaterThan(0);
    await view.page.reload();
    await view.heading('There is no such run').waitFor();
  });

  test('the server is killed in mid-run: the page waits, the run goes on, and nothing is missing afterwards', async () => {
    const run = await studio.startDemo(long);
    const view = await open(`/runs/${run}`);
    await view.curveGrows();
    await studio.kill();
    await view.page.locator('.connection-banner').waitFor();
    const bytesBefore = studio.readFile(run, 'events.ndjson').length;
    const progressBefore = await view.progress();

    studio = await studio.restart();
    await view.page.locator('.connection-banner').waitFor({ state: 'hidden' });
    await view.showsStatus('running');
    await view.curveGrows();
    expect(studio.readFile(run, 'events.ndjson').length).toBeGreaterThan(bytesBefore);
    expect(await view.progress()).toBeGreaterThan(progressBefore);
    expect(await view.layoutShifts()).toEqual([]);
  });

  test('a run removed while the server was away is told as gone', async () => {
    const run = await studio.startDemo({ steps: 100 });
    await studio.untilStatus(run, 'done');
    const view = await open(`/runs/${run}`);
    await view.showsStatus('done');
    await studio.kill();
    rmSync(studio.folderOf(run), { recursive: true });
    studio = await studio.restart();
    await view.page.getByText('The folder of this run is gone').waitFor();
  });

  test('a start that the server cannot answer is told beside the button', async () => {
    const view = await open('/');
    await view.page.getByText('No run yet.').waitFor();
    await studio.kill();
    await view.button('Start the quick run').click();
    await view.page.getByText('The run did not start').waitFor();
    studio = await studio.restart();
    await view.page.locator('.connection-banner').waitFor({ state: 'hidden' });
    await view.button('Start the quick run').click();
    await view.showsStatus('running');
  });
});
