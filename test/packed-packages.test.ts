import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build, createServer } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BrowserPage } from './browser/browser-page.js';
import { bundlePage } from '../bench/src/browser/bundle.js';
import { findChromium, launchChromium } from './browser/chromium.js';
import { programsKey } from './browser/pages/programs.js';
import { PackedProject } from './packed-project.js';
import { type Conditions, publishablePackages, root } from './workspace.js';

/** All paths but those of the sources, which are not packed. */
const pathsOf = (conditions: Conditions): string[] =>
  Object.entries(conditions).flatMap(([condition, target]) => {
    if (condition === '@sardonyx/source') return [];
    return typeof target === 'string' ? [target] : pathsOf(target);
  });

const chromium = findChromium();
let project: PackedProject;
beforeAll(() => {
  project = PackedProject.create();
});
afterAll(() => project.remove());

describe.each(publishablePackages())('the packed $manifest.name', ({ folder, manifest }) => {
  const paths = (): string[] => {
    const tarball = project.tarballs.find(({ name }) => name === manifest.name);
    expect(tarball, 'was not packed').toBeDefined();
    return tarball!.files.map(({ path }) => path);
  };

  test('carries the built library, its licence and its page, and nothing else', () => {
    expect(paths()).toEqual(expect.arrayContaining(['package.json', 'README.md', 'LICENSE']));
    const others = paths().filter((path) => !['package.json', 'README.md', 'LICENSE'].includes(path));
    expect(others.filter((path) => !/^dist\/(page\/.+|.*\.(js|js\.map|d\.ts))$/.test(path))).toEqual([]);
    expect(readFileSync(join(root, folder, 'LICENSE'), 'utf8')).toBe(readFileSync(join(root, 'LICENSE'), 'utf8'));
  });

  test('carries every file that its exports, its imports and its commands name', () => {
    expect(Object.keys(manifest.exports ?? {})).not.toEqual([]);
    const targets = [manifest.exports, manifest.imports].flatMap((table) => Object.values(table ?? {}).flatMap(pathsOf));
    const named = [...targets, ...Object.values(manifest.bin ?? {})].map((path) => path.replace(/^\.\//, ''));
    expect(named.filter((path) => !paths().includes(path))).toEqual([]);
  });
});

describe('a project that installed the packed packages', () => {
  test('trains a step', () => {
    project.write(
      'train.js',
      `import { adamW } from '@sardonyx/optim';
       import { jit, mean, square, tensor, valueAndGrad } from '@sardonyx/tensor';

       const x = tensor([[1, 0], [0, 1]]);
       const y = tensor([1, -2]);
       const optimizer = adamW({ learningRate: 0.1, weightDecay: 0 });
       const loss = (w) => mean(square(x.matmul(w).sub(y)));
       const step = jit((w, state) => {
         const [value, gradient] = valueAndGrad(loss)(w);
         return [value, ...optimizer.update(gradient, state, w)];
       });
       const start = tensor([0, 0]);
       const [value, w] = step(start, optimizer.init(start));
       console.log(await value.item(), Array.from(await w.data(), (element) => element.toFixed(4)).join(' '));`,
    );
    // The first step of AdamW is the learning rate against the sign of the gradient.
    expect(project.run(process.execPath, ['train.js'])).toEqual({ code: 0, stdout: '2.5 0.1000 -0.1000\n', stderr: '' });
  });

  test('keeps the methods of tensors in a bundle', async () => {
    project.write('bundled.js', `import { tensor } from '@sardonyx/tensor'; console.log(await tensor([1, 2]).add(1).data());`);
    await build({
      root: project.folder,
      configFile: false,
      logLevel: 'silent',
      build: { ssr: 'bundled.js', outDir: 'bundle' },
      ssr: { noExternal: ['@sardonyx/tensor'] },
    });
    expect(project.run(process.execPath, ['bundle/bundled.js'])).toEqual({ code: 0, stdout: 'Float32Array(2) [ 2, 3 ]\n', stderr: '' });
  });

  test.skipIf(chromium === undefined)('computes in a browser', async () => {
    project.write(
      'page.js',
      `import { runtimeInfo, tensor } from '@sardonyx/tensor';
      globalThis.${programsKey} = { add: async () => [runtimeInfo().name, ...(await tensor([1, 2]).add(1).data())] };`,
    );
    const bundle = await bundlePage(join(project.folder, 'page.js'), { project: project.folder, conditions: [] });
    const browser = await launchChromium(chromium!);
    try {
      await using page = await BrowserPage.open(browser, bundle.folder, { isolated: true });
      expect(await page.call('add')).toEqual(['web', 2, 3]);
    } finally {
      await browser.close();
      await bundle.remove();
    }
  });

  test.skipIf(chromium === undefined)('computes in a page of the development server', async () => {
    project.write('index.html', '<!doctype html><script type="module" src="/page.js"></script>');
    const server = await createServer({ root: project.folder, configFile: false, logLevel: 'silent', server: { fs: { strict: false } } });
    await server.listen(0);
    const browser = await launchChromium(chromium!);
    try {
      const page = await browser.newPage();
      await page.goto(server.resolvedUrls!.local[0]!);
      // The server prepares packages when they are first asked for, and loads the page again.
      const add = `(async () => (await globalThis.${programsKey}?.add())?.join())()`;
      await expect.poll(() => page.evaluate(add), { timeout: 45_000 }).toBe('web,2,3');
    } finally {
      await browser.close();
      await server.close();
    }
  });

  test('has the command line', () => {
    const { code, stdout, stderr } = project.run('npx', ['--no', 'sardonyx', 'list', '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const packed = publishablePackages().filter(({ folder }) => folder.startsWith('systems/'));
    for (const { folder } of packed) expect(stdout).toContain(folder.replace('systems/', ''));
    const fromSources = project.run(process.execPath, [join(root, 'apps/cli/dist/main.js'), 'list', '--json']);
    expect(stdout).toBe(fromSources.stdout);
  });

  test('has the types', () => {
    project.write(
      'types.ts',
      `import { adamW } from '@sardonyx/optim';
       import { type Tensor, tensor, valueAndGrad } from '@sardonyx/tensor';
       import { defineSystem } from '@sardonyx/study';

       const loss = (p: { w: Tensor }): Tensor => p.w.mul(p.w).sum();
       const [value, gradients] = valueAndGrad(loss)({ w: tensor([1, 2]) });
       export const results: [number, Tensor] = [await value.item(), gradients.w];
       // @ts-expect-error: the gradients have the type of the parameters
       export const missing = gradients.bias;
       // @ts-expect-error: the learning rate is a number or a schedule
       export const optimizer = adamW({ learningRate: 'fast' });
       export const define: (system: Parameters<typeof defineSystem>[0]) => unknown = defineSystem;`,
    );
    project.write(
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: { module: 'nodenext', target: 'es2022', strict: true, noEmit: true, types: [] },
        files: ['types.ts'],
      }),
    );
    const tsc = join(dirname(createRequire(import.meta.url).resolve('@typescript/native/package.json')), 'bin/tsc');
    expect(project.run(process.execPath, [tsc, '-p', '.'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});
