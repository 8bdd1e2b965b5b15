import type { Block, Page } from './markdown.js';

/** Consecutive TypeScript blocks of a page that make one program: it starts at a block that imports something. */
export interface Program {
  readonly page: string;
  /** First line in the page. */
  readonly line: number;
  readonly blocks: readonly Block[];
  /** What each block must print, where a `text` block right after it says so. */
  readonly outputs: readonly (string | undefined)[];
}

/** Printed after every block, to tell one block's output from the next. */
export const endOfBlock = '\u{1F}';

export const isTypeScript = ({ info }: Block): boolean => /^(ts|typescript)\b/.test(info);

/** Why a block is not run: `ts no-run: why`. */
export const reasonNotToRun = ({ info }: Block): string | undefined => /^ts no-run: (.+)$/.exec(info)?.[1];

export function programsOf({ path, blocks }: Page): Program[] {
  const programs: { page: string; line: number; blocks: Block[]; outputs: (string | undefined)[] }[] = [];
  blocks.forEach((block, index) => {
    if (!isTypeScript(block) || reasonNotToRun(block) !== undefined) return;
    const next = blocks[index + 1];
    const output = next?.info === 'text' ? next.text : undefined;
    const current = programs.at(-1);
    if (current === undefined || /^import /m.test(block.text)) {
      programs.push({ page: path, line: block.line, blocks: [block], outputs: [output] });
    } else {
      current.blocks.push(block);
      current.outputs.push(output);
    }
  });
  return programs;
}

/** The program's source, every line at its number in the page, so that errors name the page's own lines. */
export function sourceOf({ blocks }: Program): string {
  const lines: string[] = [];
  for (const { line, text } of blocks) {
    while (lines.length < line - 1) lines.push('');
    lines.push(...text.split('\n'), `console.log(${JSON.stringify(endOfBlock)});`);
  }
  return `${lines.join('\n')}\nexport {};\n`;
}
