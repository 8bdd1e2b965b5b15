import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeModelDocument, hopsByDefinition, observeModel, saveModel, theory } from '@sardonyx/looped-transformers';
import type { Browser, Download } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launchBrowser, StudioPage } from './studio-page.js';
import { StudioProcess } from './studio-process.js';

const vocabulary = ['a', 'b', 'c', 'd', '#'];
const [hops, length] = [3, 11];
/** Weights set by hand: right on every sequence, in four loops. */
const { config, params } = theory.loopedPointerDoubling(hops, length, 4);
const sequence = 'abdcabcdacb';

/** The letter that p hops back from the end of a sequence lead to, by the definition. */
function rightAnswer(text: string): string {
  const symbols = Array.from(text, (letter) => vocabulary.indexOf(letter));
  return text[hopsByDefinition(symbols, hops) - 1]!;
}

describe.skipIf(chromiumPath === undefined)('asking a model', () => {
  let browser: Browser;
  let studio: StudioProcess;
  let run: string;
  let folder: string;
  beforeAll(async () => {
    browser = await launchBrowser();
    studio = await StudioProcess.start();
    run = await studio.startDemo({ steps: 20 });
    await studio.untilStatus(run, 'done');
    folder = join(studio.folderOf(run), 'models', '1x4');
    await saveModel(folder, { config, params, vocabulary });
  });
  afterAll(async () => {
    await browser?.close();
    await studio?.[Symbol.asyncDispose]();
  });

  const prompt = (view: StudioPage) => view.page.getByRole('textbox', { name: 'Prompt' });
  const answered = (view: StudioPage) => view.page.locator('.tokens.answered code');
  const field = (view: StudioPage, name: string) => view.page.locator('.question-fields label', { hasText: name }).getByRole('textbox');
  const ask = async (view: StudioPage, text: string): Promise<void> => {
    await prompt(view).fill(text);
    await view.button('Ask').click();
  };
  const saved = async (view: StudioPage, what: string, format: string): Promise<string> => {
    await view.button(`Save ${what}`).click();
    const download = view.page.waitForEvent('download');
    await view.page.getByRole('menuitem', { name: format }).click();
    return readFileSync(await ((await download) as Download).path(), 'latin1');
  };

  test('a model of a run answers right in the page, with the attention that Node computes', async () => {
    const view = await StudioPage.open(browser, studio.url);
    const asked: string[] = [];
    view.page.on('request', (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
    await view.goto(`/runs/${run}`);
    await view.link('Ask the model').click();
    await ask(view, `#${sequence}`);
    await view.page.locator('.attention-panel').first().waitFor();
    expect(await answered(view).allTextContents()).toEqual([rightAnswer(sequence)]);
    // The server gave files and nothing was sent to it.
    expect(asked.filter((request) => !request.startsWith('GET '))).toEqual([]);

    const csv = (await saved(view, 'the attention maps', 'CSV')).trim().split('\r\n');
    expect(csv[0]).toBe('part,loop,layer,head,query,query token,key,key token,attention');
    const rows = csv.slice(1).map((line) => line.split(','));
    const files = { config: readFileSync(join(folder, 'config.json'), 'utf8'), weights: readFileSync(join(folder, 'model.safetensors')) };
    const document = decodeModelDocument(files);
    const tokens = Array.from(`#${sequence}`, (label) => vocabulary.indexOf(label));
    const { layers } = await observeModel(document.params, document.config, tokens);
    const n = tokens.length;
    const expected = layers.flatMap(({ loop, heads }) =>
      heads.flatMap((map, head) => tokens.flatMap((_, i) => tokens.slice(0, i + 1).map((_, k) => [loop, head + 1, i, k, map[i * n + k]!]))),
    );
    expect(rows).toHaveLength(expected.length);
    const sums = new Map<string, number>();
    rows.forEach(([, loop, , head, query, queryToken, key, , weight], at) => {
      expect([Number(loop), Number(head), Number(query) - 1, Number(key) - 1]).toEqual(expected[at]!.slice(0, 4));
      expect(queryToken).toBe(vocabulary[tokens[Number(query) - 1]!]);
      // WebAssembly and Node add in another order; scores of some 10³ lose 10⁻⁴ of float32.
      expect(Number(weight)).toBeCloseTo(expected[at]![4]!, 3);
      const row = `${loop} ${head} ${query}`;
      sums.set(row, (sums.get(row) ?? 0) + Number(weight));
    });
    for (const sum of sums.values()) expect(sum).toBeCloseTo(1, 5);

    const readOut = (await saved(view, 'the read-out', 'CSV')).trim().split('\r\n');
    const best = readOut.slice(1).filter((line) => line.split(',')[3] === '1');
    expect(best).toHaveLength(4);
    expect(best.at(-1)!.split(',')[4]).toBe(rightAnswer(sequence));
    expect(await saved(view, 'the attention maps', 'SVG')).toMatch(/^<\?xml.*<svg .*loop 4, layer 1, head 2/s);
    expect((await saved(view, 'the attention maps', 'PNG')).slice(1, 4)).toBe('PNG');
    expect(await saved(view, 'the read-out', 'SVG')).toContain('loop 4');
    expect(view.complaints).toEqual([]);
    await view.close();
  });

  test('the keyboard reads the maps, a slider chooses the loop, more loops than trained are applied', async () => {
    const view = await StudioPage.open(browser, studio.url);
    await view.goto(`/ask?run=${encodeURIComponent(run)}&model=1x4`);
    await prompt(view).waitFor();
    await field(view, 'loops').fill('6');
    await ask(view, `#${sequence}`);
    await view.page.locator('.attention-panel').first().waitFor();
    expect(await view.page.locator('.read-out-table tbody tr').count()).toBe(6);
    const slider = view.page.getByRole('slider');
    await slider.focus();
    await view.page.keyboard.press('ArrowRight');
    expect(await view.page.locator('.attention-panel figcaption').allTextContents()).toEqual([
      'loop 2, layer 1, head 1',
      'loop 2, layer 1, head 2',
    ]);
    await view.tabTo('Attention, loop 2, layer 1, head 1');
    const readOut = view.page.locator('.attention-readout');
    expect(await readOut.textContent()).toMatch(/^loop 2, layer 1, head 1: token 12 “b” looks at token 12 “b” with [\d.]+ %$/);
    await view.page.keyboard.press('ArrowUp');
    await view.page.keyboard.press('Home');
    expect(await readOut.textContent()).toMatch(/token 11 “c” looks at token 1 “#” with/);
    await view.page.getByRole('checkbox', { name: 'all at once' }).check();
    expect(await view.page.locator('.attention-panel').count()).toBe(12);
    await view.page.setViewportSize({ width: 360, height: 800 });
    expect(await view.overflow()).toBeLessThanOrEqual(0);
    await view.button('Save the attention maps').click();
    expect((await view.page.locator('[role=menu]:not([hidden])').boundingBox())!.x).toBeGreaterThan(0);
    await view.close();
  });

  test('what cannot be answered is refused with what to do', async () => {
    const view = await StudioPage.open(browser, studio.url);
    await view.goto(`/ask?run=${encodeURIComponent(run)}`);
    await prompt(view).waitFor();
    const refused = async (text: string, words: string | RegExp): Promise<void> => {
      await ask(view, text);
      await view.page.getByRole('alert').filter({ hasText: words }).waitFor();
    };
    await refused('#abx', '"x" (U+0078) at position 3 is not in the vocabulary: expected tokens of a b c d #');
    await refused('#aabbccddaabbccdd', 'the model reads 12 at most; shorten it by 5 tokens');
    await refused('', 'The prompt is empty');
    await field(view, 'loops').fill('0');
    await refused('#ab', 'Loops: expected a whole number from 1, given “0”.');
    await field(view, 'loops').fill('4');
    await field(view, 'temperature').fill('-1');
    await refused('#ab', 'Temperature: expected 0 or a number above it');
    await field(view, 'temperature').fill('0');
    await ask(view, `#${sequence}`);
    await answered(view).first().waitFor();
    await view.goto(`/ask?run=${encodeURIComponent(run)}&model=9x9`);
    await view.page.getByText('The run has no model “9x9”').waitFor();
    await view.goto(`/ask?run=${encodeURIComponent('demo/quadratic/none')}`);
    await view.page.getByText('There is no run').waitFor();
    await view.close();
  });

  test('files of a model are opened without any run; other files are refused', async () => {
    const other = await mkdtemp(join(tmpdir(), 'sardonyx-files-'));
    const view = await StudioPage.open(browser, studio.url);
    await view.goto('/ask');
    const choose = (...files: string[]) => view.page.locator('input[type=file]').setInputFiles(files);
    const weights = join(folder, 'model.safetensors');
    await choose(weights);
    await view.page.getByText('give both at once. Given: model.safetensors; no config.json.').waitFor();
    const gpt = join(other, 'config.json');
    writeFileSync(gpt, JSON.stringify({ model_type: 'gpt2', n_layer: 12 }));
    await choose(gpt, weights);
    await view.page.getByText('a model of another kind, “gpt2”').waitFor();
    writeFileSync(gpt, 'no JSON at all');
    await choose(gpt, weights);
    await view.page.getByText('expected JSON, got a syntax error').waitFor();
    const broken = join(other, 'model.safetensors');
    writeFileSync(broken, 'no weights at all');
    await choose(join(folder, 'config.json'), broken);
    await view.page.getByText('This model cannot be asked').waitFor();
    await choose(join(folder, 'config.json'), weights);
    await ask(view, `#${sequence}`);
    await answered(view).first().waitFor();
    expect(await answered(view).allTextContents()).toEqual([rightAnswer(sequence)]);
    await view.close();
    await rm(other, { recursive: true });
  });

  test('the model that was just trained in the page is asked an example of its task', async () => {
    const view = await StudioPage.open(browser, studio.url);
    await view.goto('/browser');
    for (const [name, value] of Object.entries({ digits: '1', loops: '2', width: '16', steps: '300' })) {
      await view.page.locator('.training-choice', { hasText: name }).getByRole('combobox').selectOption(value);
    }
    await view.button('Train').click();
    await view.link('Ask the model').click();
    await view.button('Draw an example of addition').click();
    await view.until(`/^\\d\\+\\d=$/.test(document.querySelector('textarea').value)`);
    await view.button('Ask').click();
    await view.page.locator('.answer-right, .answer-wrong').waitFor();
    expect(await answered(view).count()).toBeGreaterThan(0);
    expect(await view.page.locator('.read-out-table tbody tr').count()).toBe(2);
    // The last row of the read-out is the answer.
    const columns = await answered(view).allTextContents();
    expect(await view.page.locator('.read-out-table tbody tr:last-child td li:first-child code').allTextContents()).toEqual(columns);
    expect(view.complaints).toEqual([]);
    await view.page.reload();
    await view.page.getByText('The model that was trained here is gone').waitFor();
    await view.close();
  });
});
