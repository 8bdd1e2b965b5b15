import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { standaloneSvg } from '@sardonyx/study/figures';
import { useSize } from '../../charts/element-size.js';
import { type SaveFormat, SaveMenu } from '../../charts/save-menu.js';
import { fileName, pngOf, saveFile } from '../../charts/saving.js';
import { useTheme } from '../../charts/theme.js';
import { type CloseApproachRow, criticalDistance } from '../data/close-approach.js';
import { minuteText } from '../data/view-time.js';
import { encounterPath, placeOnPath } from '../encounters/encounter-path.js';
import { length } from '../encounters/vector.js';
import { savedSize } from '../figures/figure-size.js';
import { drawReplay, pathCsv, type ReplayView } from '../figures/replay-figure.js';

/** Seconds that a whole passage takes. */
const duration = 8;
const keyTurns: Readonly<Record<string, readonly [azimuth: number, elevation: number, zoom: number]>> = {
  ArrowLeft: [-0.08, 0, 1],
  ArrowRight: [0.08, 0, 1],
  ArrowUp: [0, 0.08, 1],
  ArrowDown: [0, -0.08, 1],
  '+': [0, 0, 1 / 1.2],
  '=': [0, 0, 1 / 1.2],
  '-': [0, 0, 1.2],
};

interface ReplayProps {
  /** Another approach is another replay: give the element a key of its own. */
  readonly approach: CloseApproachRow;
  readonly view: ReplayView;
  readonly onView: (view: ReplayView) => void;
}

/** One passage in the planet's frame, played over its time. */
export function EncounterReplay({ approach, view, onView }: ReplayProps) {
  const theme = useTheme();
  const box = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(box);
  const path = useMemo(() => encounterPath(approach), [approach]);
  const [first, last] = [path.times[0]!, path.times.at(-1)!];
  const { time, setTime, isPlaying, setPlaying } = usePlayedTime(first, last);
  const replay = { path, time, view };
  const svg = width === 0 ? '' : drawReplay(replay, { width, height });

  const turn = (azimuth: number, elevation: number, zoom: number): void =>
    onView({
      azimuth: view.azimuth + azimuth,
      elevation: Math.min(Math.PI / 2, Math.max(-Math.PI / 2, view.elevation + elevation)),
      reach: Math.min(3, Math.max(1e-4, view.reach * zoom)),
    });
  const onKeyDown = (event: KeyboardEvent): void => {
    const change = keyTurns[event.key];
    if (change === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    turn(...change);
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (event.buttons === 1) turn(-event.movementX / 150, event.movementY / 150, 1);
  };
  const save = async (format: SaveFormat): Promise<void> => {
    const name = fileName('approach', approach.asteroid, approach.planet);
    if (format === 'CSV') return saveFile(`${name}.csv`, pathCsv(replay), 'text/csv');
    const drawing = standaloneSvg(drawReplay(replay, savedSize), theme.ground);
    if (format === 'SVG') saveFile(`${name}.svg`, drawing, 'image/svg+xml');
    else saveFile(`${name}.png`, await pngOf(drawing, 2));
  };
  const distance = length(placeOnPath(path, time));

  return (
    <figure class="chart-figure replay">
      <div
        class="chart-figure-box replay-box"
        ref={box}
        role="group"
        tabIndex={0}
        aria-label="The passage. Arrow keys turn the view, plus and minus change its size."
        onKeyDown={onKeyDown}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={onPointerMove}
      >
        {/* Of our own making; its text is fixed. */}
        <div class="chart-drawing" dangerouslySetInnerHTML={{ __html: svg }} />
      </div>
      <div class="replay-controls">
        <button type="button" onClick={() => setPlaying(!isPlaying)}>
          {isPlaying ? 'Pause replay' : 'Replay'}
        </button>
        <input
          type="range"
          aria-label="Time from the closest approach"
          aria-valuetext={`${time.toFixed(2)} days`}
          min={first}
          max={last}
          step={(last - first) / 1000}
          value={time}
          onInput={(event) => setTime(event.currentTarget.valueAsNumber)}
        />
        <button type="button" aria-label="Nearer" onClick={() => turn(0, 0, 1 / 1.5)}>
          +
        </button>
        <button type="button" aria-label="Farther" onClick={() => turn(0, 0, 1.5)}>
          −
        </button>
      </div>
      <p class="note replay-facts">
        {minuteText(approach.jd + time)} TDB · {Number(distance.toPrecision(4))} au ={' '}
        {(distance / criticalDistance(approach.planet)).toFixed(4)} r<sub>crit</sub>
      </p>
      <figcaption>
        <SaveMenu label="the passage" isDisabled={width === 0} save={save} />
        <strong>{approach.asteroid}.</strong> Its path about the planet’s mass alone, with the Hill sphere, the sphere of r<sub>crit</sub>,
        and the b-plane (ξ, ζ) across the incoming asymptote η. {frameNote(path.isEcliptic, approach)}
      </figcaption>
    </figure>
  );
}

function frameNote(isEcliptic: boolean, { xi, zeta }: CloseApproachRow): string {
  if (isEcliptic) return 'Axes are those of the ecliptic.';
  if (Number.isFinite(xi + zeta)) return 'Axes are those of the b-plane.';
  return 'Its place in the b-plane is not known: distances and times are right, the direction is not.';
}

/** A time that may run: at the smallest distance first, round again from the end. */
function usePlayedTime(first: number, last: number) {
  const [time, setTime] = useState(0);
  const [isPlaying, setPlaying] = useState(false);
  useEffect(() => {
    if (!isPlaying) return undefined;
    let before = performance.now();
    let request = requestAnimationFrame(function step(now) {
      const days = (Math.min(0.1, (now - before) / 1000) * (last - first)) / duration;
      before = now;
      setTime((at) => (at + days > last ? first : at + days));
      request = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(request);
  }, [isPlaying, first, last]);
  return { time: Math.min(last, Math.max(first, time)), setTime, isPlaying, setPlaying };
}
