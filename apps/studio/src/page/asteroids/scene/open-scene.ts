import type { BodyScene } from './body-scene.js';
import { PlanScene } from './plan-scene.js';

/** A scene, and whether it is the one in space. */
export interface OpenedScene {
  readonly scene: BodyScene;
  readonly inSpace: boolean;
}

/** Begins to load what draws in space, where this browser may be able to. */
export function requestSpaceScene(): Promise<typeof import('./space-scene.js')> | undefined {
  return 'WebGL2RenderingContext' in globalThis ? import('./space-scene.js') : undefined;
}

/** A scene on a canvas: in space, or a plan of the ecliptic where the browser gives no WebGL 2. */
export async function openScene(canvas: HTMLCanvasElement, requested: ReturnType<typeof requestSpaceScene>): Promise<OpenedScene> {
  const context =
    requested === undefined ? null : canvas.getContext('webgl2', { antialias: devicePixelRatio < 2, depth: true, alpha: false });
  if (requested === undefined || context === null) return { scene: new PlanScene(canvas), inSpace: false };
  const { SpaceScene } = await requested;
  return { scene: new SpaceScene(canvas, context), inSpace: true };
}
