import { useMemo, useState } from 'preact/hooks';
import { type TerrestrialPlanet, terrestrialPlanets } from '@sardonyx/close-approaches/mechanics';
import { formatNumber } from '../../quantities.js';
import type { AsteroidsModel } from '../asteroids-model.js';
import { approachesCsv, type CloseApproachRow, criticalDistance } from '../data/close-approach.js';
import { exampleApproaches } from '../data/example-approaches.js';
import { dayText } from '../data/view-time.js';
import { type BPlaneFigure, drawBPlane } from '../figures/b-plane-figure.js';
import { boundsOf, type Histogram, histogramOf } from '../figures/histogram.js';
import { startView } from '../figures/replay-figure.js';
import { drawHistogram, type HistogramFigure, histogramCsv } from '../figures/histogram-figure.js';
import { FileButton } from './drop-zone.js';
import { EncounterReplay } from './encounter-replay.js';
import { PlotFigure } from './plot-figure.js';

const exampleCount = 2000;
/** Rows of the table; the nearest ones. */
const mostRows = 100;
const extents = [1, 0.2, 0.02, 0.002] as const;

const titleOf = (planet: TerrestrialPlanet): string => planet[0]!.toUpperCase() + planet.slice(1);
const bPlaneCsv = ({ rows }: BPlaneFigure): string => approachesCsv(rows);

interface SectionProps {
  readonly model: AsteroidsModel;
  readonly onFile: (file: File) => void;
}

/** Close approaches: their passages one by one, and how they are distributed. */
export function EncounterSection({ model, onFile }: SectionProps) {
  const set = model.approaches.value;
  return (
    <section class="encounters" aria-labelledby="encounters-title">
      <h2 id="encounters-title">Close approaches</h2>
      <p class="note">
        {set === undefined
          ? 'Drop a file of events on the page (CSV or JSON: planet, jd, r_min, v_rel, v_inf, xi, zeta), or look at an example.'
          : `${formatNumber(set.rows.length)} close approaches · ${set.title}`}
      </p>
      <div class="encounter-actions">
        <FileButton label="Open events" onFile={onFile} />
        <button
          type="button"
          onClick={() =>
            model.showApproaches({ title: 'example, not real: an even stream of asteroids', rows: exampleApproaches(exampleCount, 0) })
          }
        >
          Show an example
        </button>
      </div>
      {set !== undefined && set.rows.length === 0 && <p class="note">The file has no event.</p>}
      {set !== undefined && set.rows.length > 0 && <Encounters key={set.title} model={model} rows={set.rows} />}
    </section>
  );
}

function Encounters({ model, rows }: { readonly model: AsteroidsModel; readonly rows: readonly CloseApproachRow[] }) {
  const present = terrestrialPlanets.filter((planet) => rows.some((row) => row.planet === planet));
  const [planet, setPlanet] = useState<TerrestrialPlanet>(present.includes('earth') ? 'earth' : present[0]!);
  const [extent, setExtent] = useState<number>(1);
  const [view, setView] = useState(startView);
  const own = useMemo(() => rows.filter((row) => row.planet === planet), [rows, planet]);
  const nearest = useMemo(() => [...own].sort((a, b) => a.rMin - b.rMin).slice(0, mostRows), [own]);
  const replayed = nearest[model.replayed.value] ?? nearest[0]!;
  const bPlane = useMemo<BPlaneFigure>(() => ({ planet, rows: own, extent, replayed }), [planet, own, extent, replayed]);
  const distributions = useMemo(() => distributionsOf(rows, present), [rows]);
  return (
    <>
      <div class="encounter-choice">
        <label>
          Planet{' '}
          <select
            value={planet}
            onChange={(event) => {
              model.replayed.value = 0;
              setPlanet(event.currentTarget.value as TerrestrialPlanet);
            }}
          >
            {present.map((name) => (
              <option key={name} value={name}>
                {titleOf(name)}
              </option>
            ))}
          </select>
        </label>
        <label>
          b-plane to{' '}
          <select value={extent} onChange={(event) => setExtent(Number(event.currentTarget.value))}>
            {extents.map((value) => (
              <option key={value} value={value}>
                ± {value} r_crit
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="figure-grid">
        <div>
          <EncounterReplay key={`${planet}/${nearest.indexOf(replayed)}`} approach={replayed} view={view} onView={setView} />
        </div>
        <PlotFigure
          title="b-plane"
          caption={`${titleOf(planet)}. Dashed: r_crit; dotted: the Hill sphere; disc: the planet; around it the circle within which bodies of the median speed hit the planet, for its mass draws them in. Marked: the passage that is replayed.`}
          content={bPlane}
          draw={drawBPlane}
          csv={bPlaneCsv}
        />
      </div>
      <NearestTable model={model} rows={nearest} total={own.length} chosen={replayed} />
      <div class="figure-grid">
        <PlotFigure
          title="Smallest distances"
          caption="Share of the approaches of each planet. Dashed: the share that an even stream has, for which distances below r are as r²."
          content={distributions.distances}
          draw={drawHistogram}
          csv={histogramCsv}
        />
        <PlotFigure
          title="Speeds"
          caption="Speed relative to the planet at the smallest distance; share of the approaches of each planet."
          content={distributions.speeds}
          draw={drawHistogram}
          csv={histogramCsv}
        />
      </div>
    </>
  );
}

function distributionsOf(rows: readonly CloseApproachRow[], planets: readonly TerrestrialPlanet[]) {
  const groupsOf = (value: (row: CloseApproachRow) => number, low: number, high: number, bins: number): HistogramFigure['groups'] =>
    planets.map((planet, at) => {
      const own = rows.filter((row) => row.planet === planet).map(value);
      return { name: titleOf(planet), colour: at, histogram: asShares(histogramOf(own, low, high, bins)) };
    });
  const [, fastest] = boundsOf(
    rows.map(({ vRel }) => vRel),
    5,
  );
  const distances: HistogramFigure = {
    title: 'Smallest distances',
    xLabel: 'r_min / r_crit',
    isShare: true,
    yLabel: 'share of approaches',
    groups: groupsOf((row) => row.rMin / criticalDistance(row.planet), 0, 1, 20),
    expected: {
      name: 'even stream',
      heights: ({ edges, counts }) => counts.map((_, bin) => edges[bin + 1]! ** 2 - edges[bin]! ** 2),
    },
  };
  const speeds: HistogramFigure = {
    title: 'Speeds',
    xLabel: 'v_rel (km/s)',
    isShare: true,
    yLabel: 'share of approaches',
    groups: groupsOf(({ vRel }) => vRel, 0, fastest, Math.max(8, Math.round(fastest / 2))),
  };
  return { distances, speeds };
}

function asShares({ edges, counts, outside }: Histogram): Histogram {
  const total = Math.max(
    1,
    counts.reduce((sum, count) => sum + count, outside),
  );
  return { edges, counts: counts.map((count) => count / total), outside };
}

interface TableProps {
  readonly model: AsteroidsModel;
  readonly rows: readonly CloseApproachRow[];
  readonly total: number;
  readonly chosen: CloseApproachRow;
}

/** The nearest passages; a press on one replays it. */
function NearestTable({ model, rows, total, chosen }: TableProps) {
  return (
    <div class="encounter-table" tabIndex={0} role="region" aria-label="Nearest close approaches">
      <table>
        <caption>{total > rows.length ? `The nearest ${rows.length} of ${formatNumber(total)}` : 'All, the nearest first'}</caption>
        <thead>
          <tr>
            <th scope="col">asteroid</th>
            <th scope="col">date (TDB)</th>
            <th scope="col">
              r<sub>min</sub> (au)
            </th>
            <th scope="col">
              r<sub>min</sub>/r<sub>crit</sub>
            </th>
            <th scope="col">
              v<sub>rel</sub> (km/s)
            </th>
            <th scope="col">
              v<sub>∞</sub> (km/s)
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at} class={row === chosen ? 'chosen' : undefined}>
              <th scope="row">
                <button type="button" class="text-button" aria-pressed={row === chosen} onClick={() => (model.replayed.value = at)}>
                  {row.asteroid}
                </button>
              </th>
              <td>{dayText(row.jd)}</td>
              <td>{row.rMin.toPrecision(4)}</td>
              <td>{(row.rMin / criticalDistance(row.planet)).toFixed(4)}</td>
              <td>{row.vRel.toFixed(2)}</td>
              <td>{Number.isFinite(row.vInf) ? row.vInf.toFixed(2) : 'not given'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
