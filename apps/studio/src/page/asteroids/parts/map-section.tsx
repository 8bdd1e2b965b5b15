import { useMemo } from 'preact/hooks';
import { formatNumber } from '../../quantities.js';
import type { AsteroidsModel } from '../asteroids-model.js';
import { indicesOf } from '../data/body-filter.js';
import type { ElementsTable } from '../data/elements-table.js';
import { densityCsv, densityOf } from '../figures/density.js';
import { diameterKm } from '../figures/diameter.js';
import { drawElementMap, type ElementMap } from '../figures/element-map.js';
import { boundsOf, histogramOf } from '../figures/histogram.js';
import { drawHistogram, type HistogramFigure, histogramCsv } from '../figures/histogram-figure.js';
import { PlotFigure } from './plot-figure.js';

const mapCsv = ({ density, element }: ElementMap): string => densityCsv(density, 'a', element);

/** Maps of the elements, and how many bodies there are of each brightness and size. */
export function MapSection({ model }: { readonly model: AsteroidsModel }) {
  const table = model.isSceneDrawn.value ? model.catalogue.value?.table : undefined;
  const mask = model.mask.value;
  const figures = useMemo(() => (table === undefined ? undefined : figuresOf(table, indicesOf(mask))), [table, mask]);
  return (
    <section class="maps" aria-labelledby="maps-title">
      <h2 id="maps-title">Orbits</h2>
      {figures === undefined ? (
        <p class="note maps-waiting">The maps follow the bodies that are shown.</p>
      ) : (
        <div class="figure-grid">
          <PlotFigure
            title="a and e"
            caption={`Bodies in a cell: blue one, yellow ${formatNumber(figures.most)} (logarithmic). Dotted: the six gaps. Solid: perihelion q at a planet’s aphelion; dashed: aphelion Q at a planet’s perihelion.${figures.note}`}
            content={figures.ae}
            draw={drawElementMap}
            csv={mapCsv}
          />
          <PlotFigure
            title="a and i"
            caption="As before, over inclination to the ecliptic. The gap 4:1 lies where the ν6 resonance ends the belt at low inclinations."
            content={figures.ai}
            draw={drawElementMap}
            csv={mapCsv}
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

function figuresOf(table: ElementsTable, indices: Uint32Array) {
  const grid = { columns: 220, rows: 130, x: axisRange(table, indices) };
  const ae = densityOf(table.a, table.e, indices, { ...grid, y: [0, 1] });
  const ai = densityOf(table.a, table.i, indices, { ...grid, y: [0, 40] });
  const left = (count: number, where: string): string => (count === 0 ? '' : ` ${formatNumber(count)} bodies lie ${where}.`);
  const magnitudes = Array.from(indices, (index) => table.H[index]!);
  const [bright, faint] = boundsOf(magnitudes, 0.5);
  const sizes = Array.from(indices, (index) => Math.log10(diameterKm(table.H[index]!, table.a[index]!)));
  const [small, large] = boundsOf(sizes, 0.1);
  const single = (title: string, xLabel: string, values: number[], low: number, high: number, width: number): HistogramFigure => ({
    title,
    xLabel,
    yLabel: 'bodies',
    groups: [{ name: 'bodies', colour: 0, histogram: histogramOf(values, low, high, Math.round((high - low) / width)) }],
    logarithmic: true,
  });
  return {
    ae: { density: ae, element: 'e' } as ElementMap,
    ai: { density: ai, element: 'i' } as ElementMap,
    magnitudes: single('Absolute magnitude', 'H (mag)', magnitudes, bright, faint, 0.5),
    sizes: single('Diameter', 'log₁₀ of the diameter (km)', sizes, small, large, 0.1),
    most: ae.counts.reduce((most, count) => Math.max(most, count), 1),
    note: left(ae.outside, 'outside of the map'),
  };
}

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
