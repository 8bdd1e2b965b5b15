import type { BodyScene } from './body-scene.js';
import { PlanScene } from './plan-scene.js';

/** Whether this browser draws with WebGL 2 at all. */
export function hasWebGl(): boolean {
  const context = document.createElement('canvas').getContext('webgl2');
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return context !== null;
}

/** A scene on a canvas: in space, its code loaded on demand, or a plan where there is no WebGL 2. */
export async function openScene(canvas: HTMLCanvasElement, inSpace: boolean): Promise<BodyScene> {
  if (!inSpace) return new PlanScene(canvas);
  const { SpaceScene } = await import('./space-scene.js');
  return new SpaceScene(canvas);
}
