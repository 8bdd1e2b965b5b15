import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.js';

/** A fenced block of a page. */
export interface Block {
  /** What stands after the opening fence, as `ts` or `ts no-run: why`. */
  readonly info: string;
  /** Number of the block's first line in its page, counted from 1. */
  readonly line: number;
  readonly text: string;
}

export interface Page {
  /** Relative to the root, with slashes. */
  readonly path: string;
  readonly blocks: readonly Block[];
  /** The page without its fenced blocks. */
  readonly prose: string;
}

/** Every page of documentation in the repository. */
export function pages(): Page[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], { cwd: root, encoding: 'utf8' });
  return listed.split('\n').filter(Boolean).map(readPage);
}

function readPage(path: string): Page {
  const blocks: Block[] = [];
  const prose: string[] = [];
  let open: { info: string; line: number; lines: string[] } | undefined;
  readFileSync(join(root, path), 'utf8')
    .split('\n')
    .forEach((line, index) => {
      const fence = /^ *```(.*)$/.exec(line);
      if (fence === null) (open?.lines ?? prose).push(line);
      else if (open === undefined) open = { info: fence[1]!.trim(), line: index + 2, lines: [] };
      else {
        blocks.push({ info: open.info, line: open.line, text: open.lines.join('\n') });
        open = undefined;
      }
    });
  if (open !== undefined)
    throw new Error(`${path}: the block that starts at line ${open.line} is not closed; close it with three backticks`);
  return { path, blocks, prose: prose.join('\n') };
}

/** The places that a page links to, as written. */
export function linksOf({ prose }: Page): string[] {
  const withoutCode = prose.replace(/`[^`\n]*`/g, '');
  const markdown = [...withoutCode.matchAll(/\]\(([^()\s]+)\)/g)];
  const html = [...withoutCode.matchAll(/(?:src|href)="([^"]+)"/g)];
  return [...markdown, ...html].map((match) => match[1]!);
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf({ prose }: Page): string[] {
  return [...prose.matchAll(/^#{1,6} +(.+)$/gm)].map((match) =>
    match[1]!
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}
