import { effect } from '@preact/signals';
import type { AsteroidsModel } from '../asteroids-model.js';
import { planetOrbits } from '../orbits/planet-orbits.js';
import type { BodyScene, SceneLabel } from './body-scene.js';
import { DrawnShare } from './drawn-share.js';

/** After a motion, ms, all bodies are drawn. */
const restAfter = 250;

/** Redraws a scene when what it shows has changed, and every frame while time runs; names its first frame for measurements. */
export class SceneLoop {
  readonly #scene: BodyScene;
  readonly #model: AsteroidsModel;
  readonly #onDrawn: (labels: SceneLabel[], share: number) => void;
  readonly #stops: (() => void)[] = [];
  readonly #share = new DrawnShare();
  #request = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #isResting = false;
  #lastFrame = NaN;
  #hasDrawnBodies = false;

  constructor(scene: BodyScene, model: AsteroidsModel, onDrawn: (labels: SceneLabel[], share: number) => void) {
    this.#scene = scene;
    this.#model = model;
    this.#onDrawn = onDrawn;
    scene.onChange = () => this.draw();
    const follow = (change: () => void): void => {
      this.#stops.push(
        effect(() => {
          change();
          this.draw();
        }),
      );
    };
    follow(() => {
      const table = model.catalogue.value?.table;
      if (table === undefined) return;
      scene.setPlanets(model.catalogue.value?.planets ?? planetOrbits);
      scene.setBodies(table);
    });
    follow(() => scene.setTime(model.jd.value));
    follow(() => scene.follow(model.followed.value));
    follow(() => {
      const { value: selected } = model.selected;
      // Bodies that were replaced take their orbits along.
      if (model.catalogue.value === undefined) return;
      scene.setSelected(selected);
      const listed = model.showsListedOrbits.value ? model.listed.value : [];
      scene.setOrbits(selected === undefined ? listed : [...listed, selected]);
    });
    follow(() => void model.isPlaying.value);
  }

  /** Draws with the next frame. */
  draw(): void {
    if (this.#request === 0) this.#request = requestAnimationFrame(this.#frame);
  }

  stop(): void {
    cancelAnimationFrame(this.#request);
    clearTimeout(this.#rest);
    this.#request = -1;
    for (const stop of this.#stops) stop();
    this.#scene.onChange = () => undefined;
  }

  readonly #showAll = (): void => {
    if (this.#model.isPlaying.peek()) return;
    this.#isResting = true;
    this.draw();
  };

  readonly #frame = (now: number): void => {
    this.#request = 0;
    const { isPlaying, jd, speed } = this.#model;
    if (isPlaying.peek()) {
      // A window that was hidden goes on where it was.
      const seconds = Math.min(0.1, (now - this.#lastFrame) / 1000);
      if (seconds > 0) jd.value += speed.peek() * seconds;
      this.draw();
    }
    this.#lastFrame = isPlaying.peek() ? now : NaN;
    const share = this.#isResting ? 1 : this.#share.moving(now, this.#model.catalogue.peek()?.table.a.length ?? 0);
    this.#isResting = false;
    this.#scene.setShare(share);
    this.#scene.render();
    this.#onDrawn(this.#scene.labels(), share);
    clearTimeout(this.#rest);
    if (share < 1) this.#rest = setTimeout(this.#showAll, restAfter);
    if (!this.#hasDrawnBodies && this.#model.catalogue.peek() !== undefined) {
      this.#hasDrawnBodies = true;
      performance.mark('asteroids-first-frame');
      setTimeout(() => (this.#model.isSceneDrawn.value = true));
    }
  };
}
