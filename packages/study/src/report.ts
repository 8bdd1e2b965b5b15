import { join } from 'node:path';
import { writeAtomically } from './atomic-write.js';
import { DefinitionError } from './errors.js';
import { type Figure, figurePoints, hasMarks } from './figure.js';
import { figureDrawing } from './figure-svg.js';
import type { FileSystem } from './file-system.js';
import { escapeXml, shortNumber } from './markup.js';
import { reportStyle } from './report-style.js';
import { Results } from './results.js';
import { standaloneSvg } from './standalone-svg.js';
import { type ExpectationResult, type RunFile, runPaths } from './run-directory.js';
import type { Paper, Study } from './study.js';

/** A figure as drawn, or why it could not be. */
interface DrawnFigure {
  readonly figure: Figure;
  readonly svg?: string;
  /** What was done to the points before they were drawn. */
  readonly note?: string | undefined;
  readonly problem?: string;
}

/** Draws the figures and writes `report.html` and `figures/*.svg` from what the run's directory holds. */
export async function writeReport(directory: string, run: RunFile, study: Study, files: FileSystem): Promise<void> {
  const results = await Results.read(directory);
  const drawn: DrawnFigure[] = [];
  for (const figure of study.figures ?? []) drawn.push(await draw(figure, results));
  const paths = runPaths(directory);
  for (const { figure, svg } of drawn) {
    if (svg !== undefined) writeAtomically(files, join(paths.figures, `${figure.name}.svg`), standaloneSvg(svg, 'light'));
  }
  writeAtomically(files, paths.report, reportHtml(run, study, drawn));
}

async function draw(figure: Figure, results: Results): Promise<DrawnFigure> {
  try {
    const points = figurePoints(figure, results);
    if (!hasMarks(points)) return { figure, problem: 'The run recorded no data for this figure.' };
    return { figure, ...(await figureDrawing(figure, points)) };
  } catch (error) {
    // A figure that names a missing column must not cost the run its report; the report says what is wrong.
    if (error instanceof DefinitionError) return { figure, problem: error.message };
    throw error;
  }
}

function reportHtml(run: RunFile, study: Study, drawn: readonly DrawnFigure[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeXml(study.title)}</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
<header>
<p class="id">${escapeXml(run.study)}</p>
<h1>${escapeXml(study.title)}</h1>
<p>${escapeXml(study.summary)}</p>
<p>${paperHtml(study.paper)}</p>
</header>
${expectationsHtml(run.expect)}
${valuesHtml('Results', Object.entries(run.metrics))}
${drawn.length === 0 ? '' : `<section>\n<h2>Figures</h2>\n${drawn.map(figureHtml).join('\n')}\n</section>`}
${valuesHtml('Parameters', [['preset', run.preset], ['seed', run.seed], ...Object.entries(run.params)])}
${valuesHtml('Run', runFacts(run))}
</main>
</body>
</html>
`;
}

function paperHtml(paper: Paper): string {
  const where = paper.where === undefined ? '' : `, ${escapeXml(paper.where)}`;
  const title = paper.title === undefined ? '' : `<cite>${escapeXml(paper.title)}</cite>, `;
  return `Paper: ${title}<a href="https://arxiv.org/abs/${escapeXml(paper.arxiv)}">arXiv:${escapeXml(paper.arxiv)}</a>${where}`;
}

function expectationsHtml(expect: readonly ExpectationResult[]): string {
  if (expect.length === 0) return '';
  const rows = expect.map(
    ({ name, paper, ours, claim, verdict }) =>
      `<tr><th scope="row">${escapeXml(name)}<small>${escapeXml(claim)}</small></th><td>${cell(paper)}</td><td>${cell(ours)}</td>` +
      `<td class="${verdict}">${verdictMark[verdict]} ${verdict}</td></tr>`,
  );
  return `<section>
<h2>The paper and this run</h2>
<table class="verdicts">
<thead><tr><th scope="col">Expectation</th><th scope="col">Paper</th><th scope="col">Ours</th><th scope="col">Verdict</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</section>`;
}

/** A sign beside the word, so that the verdict is not told by colour alone. */
const verdictMark = { holds: '✓', fails: '✗', reported: '–' } as const;

function figureHtml({ figure, svg, note, problem }: DrawnFigure): string {
  const caption = [figure.caption, note].map((text) => (text === undefined ? '' : ` ${escapeXml(text)}`)).join('');
  return `<figure id="${escapeXml(figure.name)}">
${svg ?? `<p class="problem">${escapeXml(problem ?? '')}</p>`}
<figcaption><strong>${escapeXml(figure.title)}.</strong>${caption}</figcaption>
</figure>`;
}

function valuesHtml(heading: string, entries: readonly (readonly [string, unknown])[]): string {
  if (entries.length === 0) return '';
  const rows = entries.map(([name, value]) => `<tr><th scope="row">${escapeXml(name)}</th><td>${cell(value)}</td></tr>`);
  return `<section>
<h2>${escapeXml(heading)}</h2>
<table>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</section>`;
}

function cell(value: unknown): string {
  if (typeof value === 'number') return shortNumber(value);
  return escapeXml(typeof value === 'string' ? value : JSON.stringify(value));
}

function runFacts(run: RunFile): (readonly [string, string])[] {
  return [
    ['started', run.created],
    ['ended', run.updated],
    ['computing', `${run.computeSeconds.toFixed(1)} s`],
    ['workers', String(run.workers)],
    ...Object.entries(run.versions),
  ];
}
