import { useMemo, useState } from 'preact/hooks';
import { type TerrestrialPlanet, terrestrialPlanets } from '@sardonyx/close-approaches/mechanics';
import { formatNumber } from '../../quantities.js';
import type { AsteroidsModel } from '../asteroids-model.js';
import { type ApproachOrder, approachOrders, orderedApproaches } from '../data/approach-order.js';
import { approachesCsv, type CloseApproachRow, planetTitle } from '../data/close-approach.js';
import { exampleApproaches } from '../data/example-approaches.js';
import { approachDistributions } from '../figures/approach-distributions.js';
import { type BPlaneFigure, drawBPlane } from '../figures/b-plane-figure.js';
import { startView } from '../figures/replay-figure.js';
import { drawHistogram, histogramCsv } from '../figures/histogram-figure.js';
import { ApproachTable } from './approach-table.js';
import { FileButton } from './drop-zone.js';
import { EncounterReplay } from './encounter-replay.js';
import { PlotFigure } from './plot-figure.js';

const exampleCount = 2000;
/** Rows of the table. */
const mostRows = 100;
const extents = [1, 0.2, 0.02, 0.002] as const;

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
      {set !== undefined && set.rows.length === 0 && (
        <p class="note">
          {model.archive.value === undefined
            ? 'The file has no event.'
            : 'No particle has met a planet so far. Those far from the planets may take millions of years; a run that is going on can be read again.'}
        </p>
      )}
      {set !== undefined && set.rows.length > 0 && <Encounters key={set.title} model={model} rows={set.rows} />}
    </section>
  );
}

function Encounters({ model, rows }: { readonly model: AsteroidsModel; readonly rows: readonly CloseApproachRow[] }) {
  const counts = useMemo(() => countsOf(rows), [rows]);
  const present = terrestrialPlanets.filter((planet) => counts.has(planet));
  const [wanted, setPlanet] = useState<TerrestrialPlanet>('earth');
  // Read again, a run may have approaches to others.
  const planet = present.includes(wanted) ? wanted : present[0]!;
  const [extent, setExtent] = useState<number>(1);
  const [view, setView] = useState(startView);
  const own = useMemo(() => rows.filter((row) => row.planet === planet), [rows, planet]);
  const ofBody = model.selected.value === undefined ? undefined : model.catalogue.value?.particles?.[model.selected.value];
  const [order, setOrder] = useState<ApproachOrder>('nearest first');
  const [isOfBody, setOfBody] = useState(false);
  const listed = useMemo(() => {
    const wanted = isOfBody && ofBody !== undefined ? own.filter(({ particle }) => particle === ofBody) : own;
    return { rows: orderedApproaches(wanted, order).slice(0, mostRows), total: wanted.length };
  }, [own, order, isOfBody, ofBody]);
  const nearest = useMemo(() => own.reduce((least, row) => (row.rMin < least.rMin ? row : least)), [own]);
  const chosen = model.replayed.value;
  const replayed = chosen !== undefined && own.includes(chosen) ? chosen : nearest;
  const bPlane = useMemo<BPlaneFigure>(() => ({ planet, rows: own, extent, replayed }), [planet, own, extent, replayed]);
  const distributions = useMemo(() => approachDistributions(rows, present), [rows]);
  return (
    <>
      <div class="encounter-choice">
        <label>
          Planet{' '}
          <select
            value={planet}
            onChange={(event) => {
              setPlanet(event.currentTarget.value as TerrestrialPlanet);
            }}
          >
            {present.map((name) => (
              <option key={name} value={name}>
                {planetTitle(name)}, {formatNumber(counts.get(name)!)}
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
          <EncounterReplay key={`${planet}/${replayed.asteroid}/${replayed.jd}`} approach={replayed} view={view} onView={setView} />
        </div>
        <PlotFigure
          title="b-plane"
          caption={`${planetTitle(planet)}. Dashed: r_crit; dotted: the Hill sphere; disc: the planet; around it the circle within which bodies of the median speed hit the planet, for its mass draws them in. Marked: the passage that is replayed.`}
          content={bPlane}
          draw={drawBPlane}
          csv={bPlaneCsv}
        />
      </div>
      <div class="encounter-choice">
        <label>
          List{' '}
          <select value={order} onChange={(event) => setOrder(event.currentTarget.value as ApproachOrder)}>
            {approachOrders.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        {model.archive.value !== undefined && (
          <label class="switch">
            <input type="checkbox" checked={isOfBody} onChange={(event) => setOfBody(event.currentTarget.checked)} />
            Only those of the selected body{isOfBody && ofBody === undefined ? ' (none is selected)' : ''}
          </label>
        )}
      </div>
      <ApproachTable model={model} rows={listed.rows} total={listed.total} order={order} chosen={replayed} />
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

/** Close approaches of each planet. */
function countsOf(rows: readonly CloseApproachRow[]): ReadonlyMap<TerrestrialPlanet, number> {
  const counts = new Map<TerrestrialPlanet, number>();
  for (const { planet } of rows) counts.set(planet, (counts.get(planet) ?? 0) + 1);
  return counts;
}
