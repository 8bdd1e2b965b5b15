import { effect } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { fileName, saveFile } from '../../charts/saving.js';
import { useTheme } from '../../charts/theme.js';
import { messageOf, ProblemNotice } from '../../parts/problem-notice.js';
import type { AsteroidsModel } from '../asteroids-model.js';
import { bodyTints } from '../data/body-tints.js';
import { dayText } from '../data/view-time.js';
import type { BodyScene, SceneLabel } from '../scene/body-scene.js';
import { openScene, requestSpaceScene } from '../scene/open-scene.js';
import { scenePicture } from '../scene/scene-picture.js';
import { bytesOf, classColours, metColours } from './class-colours.js';
import { SceneLoop } from '../scene/scene-loop.js';

/** Radians and factors of one press of a key. */
const keyTurns: Readonly<Record<string, readonly [horizontal: number, vertical: number, zoom: number]>> = {
  ArrowLeft: [-0.08, 0, 1],
  ArrowRight: [0.08, 0, 1],
  ArrowUp: [0, -0.08, 1],
  ArrowDown: [0, 0.08, 1],
  '+': [0, 0, 1 / 1.15],
  '=': [0, 0, 1 / 1.15],
  '-': [0, 0, 1.15],
};

/** The scene, its labels, and what the pointer is on. */
export function ScenePanel({ model }: { readonly model: AsteroidsModel }) {
  const theme = useTheme();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  // Loads while the bodies are made.
  const [requested] = useState(requestSpaceScene);
  const [inSpace, setInSpace] = useState(true);
  const [scene, setScene] = useState<BodyScene>();
  const [problem, setProblem] = useState('');
  const [labels, setLabels] = useState<readonly SceneLabel[]>([]);
  const [share, setShare] = useState(1);
  const [pointed, setPointed] = useState<SceneLabel>();
  const loop = useRef<SceneLoop | undefined>(undefined);

  useEffect(() => {
    let opened: BodyScene | undefined;
    let isGone = false;
    openScene(canvas.current!, requested).then(
      (made) => {
        opened = made.scene;
        if (isGone) return opened.dispose();
        setScene(opened);
        setInSpace(made.inSpace);
      },
      (error: unknown) => setProblem(messageOf(error)),
    );
    return () => {
      isGone = true;
      opened?.dispose();
    };
  }, [requested]);

  useEffect(() => {
    if (scene === undefined) return undefined;
    const running = new SceneLoop(scene, model, (shown, share) => {
      setLabels(withoutOverlap(shown));
      setShare(share);
    });
    loop.current = running;
    // It is told once more when the view has gone, without a size.
    const element = box.current!;
    const size = new ResizeObserver(() => {
      const { clientWidth, clientHeight } = element;
      if (clientWidth > 0) scene.resize(clientWidth, clientHeight);
      running.draw();
    });
    size.observe(element);
    return () => {
      size.disconnect();
      running.stop();
    };
  }, [scene, model]);

  useEffect(() => {
    if (scene === undefined) return undefined;
    const [classes, planets] = [classColours(theme).map(bytesOf), metColours(theme).map(bytesOf)];
    scene.setColours({ ground: theme.paper, ink: theme.ink, faint: theme.faint, accent: theme.series[1]! });
    return effect(() => {
      const table = model.catalogue.value?.table;
      const rule = { colouring: model.colouring.value, met: model.met.value, classes, planets, ground: theme.ground };
      if (table !== undefined) scene.setTints(bodyTints(table, model.mask.value, rule));
      loop.current?.draw();
    });
  }, [scene, model, theme]);

  const point = usePointing(scene, model, setPointed);
  const onKeyDown = (event: KeyboardEvent): void => {
    const turn = keyTurns[event.key];
    if (turn === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    scene?.turn(...turn);
  };
  const save = async (): Promise<void> => {
    if (scene === undefined) return;
    scene.render();
    const caption = `${model.catalogue.peek()?.title ?? ''}, ${dayText(model.jd.peek())} TDB`;
    saveFile(`${fileName('asteroids', dayText(model.jd.peek()))}.png`, await scenePicture(scene.canvas, labels, caption, theme));
  };

  return (
    <figure class="scene chart-figure" aria-label="Asteroids, planets and the Sun">
      <div class="scene-box" ref={box}>
        <canvas
          ref={canvas}
          tabIndex={0}
          role="img"
          aria-label="The bodies in space. Arrow keys turn the view, plus and minus change the distance."
          aria-describedby="scene-help"
          onKeyDown={onKeyDown}
          {...point}
        />
        <div class="scene-labels" aria-hidden="true">
          {labels.map(({ text, x, y }) => (
            <span key={text} style={{ transform: `translate(${Math.round(x + 8)}px, ${Math.round(y - 9)}px)` }}>
              {text}
            </span>
          ))}
          {share < 1 && <span class="drawn-share">{Math.ceil(100 * share)} % of the bodies while they move</span>}
          {pointed !== undefined && (
            <span class="pointed" style={{ transform: `translate(${Math.round(pointed.x + 10)}px, ${Math.round(pointed.y + 10)}px)` }}>
              {pointed.text}
            </span>
          )}
        </div>
        {problem !== '' && (
          <ProblemNotice title="The scene could not be drawn">
            <p>{problem}</p>
          </ProblemNotice>
        )}
      </div>
      <figcaption>
        <button
          type="button"
          class="chart-button"
          onClick={() => void save().catch((error: unknown) => setProblem(messageOf(error)))}
          disabled={scene === undefined}
        >
          Save PNG
        </button>
        <span id="scene-help">
          Drag or use the arrow keys to turn, the wheel or + and − to come nearer, click a body to select it. Bodies and planets keep to
          their ellipses about the Sun: places drift from the true ones with the time from their epoch.
        </span>
      </figcaption>
      {!inSpace && (
        <ProblemNotice title="This browser does not draw in space">
          <p>
            It has no WebGL 2, or it is switched off; Chrome 56, Firefox 51, Safari 15 and later ones have it. Shown instead is the ecliptic
            seen from its north pole, with the first 20,000 bodies.
          </p>
        </ProblemNotice>
      )}
    </figure>
  );
}

/** Handlers that name what the pointer is on, and select what is clicked. */
function usePointing(scene: BodyScene | undefined, model: AsteroidsModel, setPointed: (label: SceneLabel | undefined) => void) {
  const pressed = useRef<readonly [number, number] | undefined>(undefined);
  const isAsking = useRef(false);
  const nameOf = (index: number): string => model.catalogue.peek()?.table.name(index) ?? '';
  return {
    onPointerDown: (event: PointerEvent): void => {
      pressed.current = [event.offsetX, event.offsetY];
      setPointed(undefined);
    },
    onPointerMove: (event: PointerEvent): void => {
      if (scene === undefined || isAsking.current || event.buttons !== 0 || event.pointerType === 'touch') return;
      isAsking.current = true;
      const { offsetX: x, offsetY: y } = event;
      void scene.pick(x, y).then((index) => {
        isAsking.current = false;
        setPointed(index === undefined ? undefined : { text: nameOf(index), x, y });
      });
    },
    onPointerLeave: (): void => setPointed(undefined),
    onClick: (event: MouseEvent): void => {
      const [x = NaN, y = NaN] = pressed.current ?? [];
      // A drag turns the view and selects nothing.
      if (scene === undefined || Math.hypot(event.offsetX - x, event.offsetY - y) > 4) return;
      void scene.pick(event.offsetX, event.offsetY).then((index) => (model.selected.value = index));
    },
  };
}

/** Labels without those that would be written over earlier ones. */
function withoutOverlap(labels: readonly SceneLabel[]): SceneLabel[] {
  const kept: SceneLabel[] = [];
  // The last is that of the selected body, which must be seen.
  for (const label of [...labels].reverse()) {
    if (!kept.some(({ x, y }) => Math.abs(x - label.x) < 64 && Math.abs(y - label.y) < 16)) kept.push(label);
  }
  return kept;
}
