import { formatNumber } from '../../quantities.js';
import type { AsteroidsModel } from '../asteroids-model.js';
import { type CloseApproachRow, criticalDistance } from '../data/close-approach.js';
import { dayText } from '../data/view-time.js';

interface TableProps {
  readonly model: AsteroidsModel;
  readonly rows: readonly CloseApproachRow[];
  readonly total: number;
  /** `nearest first`, say. */
  readonly order: string;
  readonly chosen: CloseApproachRow | undefined;
}

/** Passages; a press on one replays it and selects its body where it is shown. */
export function ApproachTable({ model, rows, total, order, chosen }: TableProps) {
  const choose = (row: CloseApproachRow): void => {
    model.replayed.value = row;
    const particles = model.archive.peek() === undefined ? undefined : model.catalogue.peek()?.particles;
    const body = row.particle === undefined ? -1 : (particles?.indexOf(row.particle) ?? -1);
    if (body >= 0) model.selected.value = body;
  };
  return (
    <div class="encounter-table" tabIndex={0} role="region" aria-label="Close approaches">
      <table>
        <caption>
          {total > rows.length ? `${rows.length} of ${formatNumber(total)}, ${order}` : `All ${formatNumber(total)}, ${order}`}
        </caption>
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
                <button type="button" class="text-button" aria-pressed={row === chosen} onClick={() => choose(row)}>
                  {row.asteroid}
                </button>
                {row.isImpact === true && ' (impact)'}
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
