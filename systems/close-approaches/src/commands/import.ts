import { BadInputError, defineCommand } from '@sardonyx/study';
import { z } from 'zod';
import { encodeCatalogue } from '../formats/catalogue-file.js';
import { writeWhole } from '../formats/write-whole.js';
import { type CatalogueReport, catalogueReport } from '../formats/catalogue-report.js';
import { fileFormats } from '../formats/file-format.js';
import { dateText, julianDateOfText } from '../orbit/time.js';
import { atCommonEpoch } from '../propagation/common-epoch.js';
import { axesOf, axesParameter, Progress, readCatalogue, type ReadFile } from './read-catalogue.js';

/** Files of orbits into one binary catalogue, with a report of what they hold. */
export const importCommand = defineCommand({
  name: 'import',
  summary: 'read files of orbits of any known format into one binary catalogue, and report what they hold',
  arguments: [{ name: 'files...', summary: Object.values(fileFormats).join('; ') }],
  params: z.object({
    output: z.string().min(1).default('catalogue.orbits').describe('the catalogue to write'),
    skipBad: z.boolean().default(false).describe('leave out rows that cannot be used, and count them, instead of stopping at the first'),
    axes: axesParameter,
    epoch: z.string().default('').describe('integrate all orbits to this epoch: JD, MJD 60800 or 2025-05-05; empty leaves each its own'),
  }),
  examples: [
    'import MPCORB.DAT',
    'import mpcorb_extended.json.gz --output belt.orbits --skip-bad true',
    'import numbered.cat sbdb.csv --epoch 2025-05-05 --json',
  ],
  async run(ctx, { output: out, skipBad, epoch, axes }) {
    if (ctx.arguments.length === 0)
      throw new BadInputError('argument', 'Cannot import: expected at least one file, got none. See: import --help');
    const target = epoch === '' ? undefined : julianDateOfText(epoch);
    const { catalogue: read, files } = await readCatalogue(ctx, ctx.arguments, skipBad, {
      ...axesOf(axes),
      ...(target !== undefined && { epoch: target }),
    });
    const progress = new Progress(ctx, 'integrating to one epoch');
    const catalogue =
      target === undefined ? read : atCommonEpoch(read, target, { progress: (done, total) => progress.update(done, total) });
    await writeWhole(out, encodeCatalogue(catalogue));
    const report = catalogueReport(catalogue);
    if (ctx.json) return ctx.print(JSON.stringify({ type: 'catalogue', out, files, ...report }));
    for (const line of lines(out, files, report)) ctx.print(line);
  },
});

function lines(out: string, files: readonly ReadFile[], report: CatalogueReport): string[] {
  const range = (name: string, label: string, unit: string): string => {
    const values = report.ranges[name]!;
    return `${label}  ${Number.isNaN(values[0]) ? 'unknown' : `${values.map((value) => value.toPrecision(4)).join(' … ')} ${unit}`}`.trimEnd();
  };
  return [
    ...files.flatMap(({ file, format, orbits, bad, badExamples }) => [
      `${file}: ${orbits} orbits, ${fileFormats[format]}${bad === 0 ? '' : `; ${bad} rows left out:`}`,
      ...badExamples.map((message) => `  ${message}`),
    ]),
    `${report.orbits} orbits in ${out}, ${report.numbered} of them numbered`,
    range('semiMajorAxis', 'a (least, median, largest)', 'au'),
    range('eccentricity', 'e                         ', ''),
    range('inclination', 'i                         ', '°'),
    range('absoluteMagnitude', 'H                         ', 'mag'),
    ...(report.open === 0 ? [] : [`${report.open} orbits with e ≥ 1`]),
    ...(report.withoutMagnitude === 0 ? [] : [`${report.withoutMagnitude} without absolute magnitude H: they count as of unknown size`]),
    ...(report.duplicates === 0
      ? []
      : [`${report.duplicates} designations more than once, such as ${report.duplicateExamples.join(', ')}: all are kept`]),
    report.epochs === 1
      ? `epoch JD ${report.commonEpoch} (${dateText(report.commonEpoch)})`
      : `${report.epochs} epochs: ${report.atOtherEpochs} orbits not at JD ${report.commonEpoch}; --epoch ${report.commonEpoch} integrates them to it`,
  ];
}
