import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { anchorsOf, linksOf, pages } from './markdown.js';
import { root } from './workspace.js';

const all = pages();

describe.each(all)('$path', (page) => {
  test('links to files and headings that exist', () => {
    const inside = linksOf(page).filter((link) => !/^[a-z]+:/.test(link));
    const broken = inside.filter((link) => {
      const [file, anchor] = link.split('#') as [string, string?];
      const path = file === '' ? page.path : posix.join(posix.dirname(page.path), file);
      if (!existsSync(join(root, path))) return true;
      const target = all.find((other) => other.path === path);
      return anchor !== undefined && (target === undefined || !anchorsOf(target).includes(anchor));
    });
    expect(broken).toEqual([]);
  });
});
