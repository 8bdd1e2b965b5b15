import { assumedAlbedo, diameterOfMagnitude } from '@sardonyx/close-approaches/population';
import { useMemo } from 'preact/hooks';
import { formatNumber } from '../../quantities.js';
import type { AsteroidsModel } from '../asteroids-model.js';
import { indicesOf } from '../data/body-filter.js';
import type { Catalogue, ElementsTable } from '../data/elements-table.js';
import { densityOf } from '../figures/density.js';
import { drawElementMap, type ElementMap, elementMapCsv, type MappedBody } from '../figures/element-map.js';
import { boundsOf, histogramOf } from '../figures/histogram.js';
import { drawHistogram, type HistogramFigure, histogramCsv } from '../figures/histogram-figure.js';
import { planetOrbits } from '../orbits/planet-orbits.js';
import { PlotFigure } from './plot-figure.js';

/** Bodies that are drawn one by one at most. */
const mostDots = 2000;

/** Maps of the elements, and how many bodies there are of each brightness and size. */
export function MapSection({ model }: { readonly model: AsteroidsModel }) {
  const catalogue = model.isSceneDrawn.value ? model.catalogue.value : undefined;
  const mask = model.mask.value;
  const met = model.met.value;
  const figures = useMemo(() => (catalogue === undefined ? undefined : figuresOf(catalogue, indicesOf(mask), met)), [catalogue, mask, met]);
  return (
    <section class="maps" aria-labelledby="maps-title">
      <h2 id="maps-title">Orbits</h2>
      {figures === undefined ? (
        <p class="note maps-waiting">The maps follow the bodies that are shown.</p>
      ) : (
        <div class="figure-grid">
          <PlotFigure
            title="a and e"
            caption={`${figures.marks} Dotted: the six gaps. Solid: perihelion q at a planet’s aphelion; dashed: aphelion Q at a planet’s perihelion.${figures.note}`}
            content={figures.ae}
            draw={drawElementMap}
            csv={elementMapCsv}
          />
          <PlotFigure
            title="a and i"
            caption="As before, over inclination to the ecliptic. The gap 4:1 lies where the ν6 resonance ends the belt at low inclinations."
            content={figures.ai}
            draw={drawElementMap}
            csv={elementMapCsv}
          />
          <PlotFigure
            title="Absolute magnitude"
            caption="Bodies in bins of half a magnitude."
            content={figures.magnitudes}
            draw={drawHistogram}
            csv={histogramCsv}
          />
          <PlotFigure
            title="Diameter"
            caption="From H, with the mean albedo of the inner (0.20), middle (0.14) and outer belt (0.07)."
            content={figures.sizes}
            draw={drawHistogram}
            csv={histogramCsv}
          />
        </div>
      )}
    </section>
  );
}

function figuresOf({ table, planets = planetOrbits }: Catalogue, indices: Uint32Array, met: Uint8Array | undefined) {
  const grid = { columns: 220, rows: 130, x: axisRange(table, indices) };
  const ae = densityOf(table.a, table.e, indices, { ...grid, y: [0, 1] });
  const ai = densityOf(table.a, table.i, indices, { ...grid, y: [0, 40] });
  const inCells = indices.length > mostDots;
  const shared = { inCells, bodies: mappedBodies(table, inCells ? indices.filter((index) => met?.[index]) : indices, met), planets };
  const left = (count: number, where: string): string => (count === 0 ? '' : ` ${formatNumber(count)} bodies lie ${where}.`);
  const magnitudes = Array.from(indices, (index) => table.H[index]!);
  const [bright, faint] = boundsOf(magnitudes, 0.5);
  const sizes = Array.from(indices, (index) => Math.log10(diameterKm(table, index)));
  const [small, large] = boundsOf(sizes, 0.1);
  const single = (title: string, xLabel: string, values: number[], low: number, high: number, width: number): HistogramFigure => ({
    title,
    xLabel,
    yLabel: 'bodies',
    groups: [{ name: 'bodies', colour: 0, histogram: histogramOf(values, low, high, Math.round((high - low) / width)) }],
    logarithmic: true,
  });
  return {
    ae: { density: ae, element: 'e', ...shared } satisfies ElementMap,
    ai: { density: ai, element: 'i', ...shared } satisfies ElementMap,
    magnitudes: single('Absolute magnitude', 'H (mag)', magnitudes, bright, faint, 0.5),
    sizes: single('Diameter', 'log₁₀ of the diameter (km)', sizes, small, large, 0.1),
    marks: [
      inCells
        ? `Bodies in a cell: blue one, yellow ${formatNumber(ae.counts.reduce((most, count) => Math.max(most, count), 1))} (logarithmic).`
        : 'Each body by itself.',
      ...(met === undefined
        ? []
        : [
            'In colour those that meet a planet in the run, by the innermost one: disc Mars, square Earth, triangle Venus, diamond Mercury.',
          ]),
    ].join(' '),
    note: left(ae.outside, 'outside of the map'),
  };
}

/** Bodies one by one, those that meet planets after the others: drawn over them. */
function mappedBodies({ a, e, i, name }: ElementsTable, indices: Uint32Array, met: Uint8Array | undefined): MappedBody[] {
  const bodies = Array.from(indices, (index) => ({ name: name(index), a: a[index]!, e: e[index]!, i: i[index]!, met: met?.[index] ?? 0 }));
  return bodies.sort((one, other) => one.met - other.met);
}

/** From the absolute magnitude, with the albedo that runs assume there. */
const diameterKm = ({ H, a }: ElementsTable, index: number): number => diameterOfMagnitude(H[index]!, assumedAlbedo(a[index]!));

/** The belt, wider where many bodies are beyond it. */
function axisRange(table: ElementsTable, indices: Uint32Array): [number, number] {
  let [inside, below] = [0, 0];
  for (const index of indices) {
    const a = table.a[index]!;
    if (a >= 1.7 && a <= 3.7) inside++;
    else if (a < 1.7) below++;
  }
  return inside >= 0.9 * indices.length ? [1.7, 3.7] : [below > 0.05 * indices.length ? 0.5 : 1.7, 5.5];
}
