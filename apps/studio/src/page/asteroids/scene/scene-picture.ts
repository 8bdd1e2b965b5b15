import type { ChartTheme } from '../../charts/theme.js';
import type { SceneLabel } from './body-scene.js';

/** A scene's canvas, drawn just now, as a PNG with its labels and a caption. */
export async function scenePicture(
  canvas: HTMLCanvasElement,
  labels: readonly SceneLabel[],
  caption: string,
  theme: ChartTheme,
): Promise<Blob> {
  const picture = document.createElement('canvas');
  picture.width = canvas.width;
  picture.height = canvas.height;
  const context = picture.getContext('2d');
  if (context === null) throw new Error('Cannot save the PNG: the browser gave no canvas to write the labels on.');
  context.drawImage(canvas, 0, 0);
  const scale = canvas.width / canvas.clientWidth;
  context.scale(scale, scale);
  context.font = `12px ${theme.fontFamily}`;
  context.fillStyle = theme.ink;
  for (const { text, x, y } of labels) context.fillText(text, x + 8, y + 4);
  context.fillText(caption, 12, canvas.clientHeight - 12);
  return new Promise((resolve, reject) => {
    picture.toBlob(
      (blob) => (blob === null ? reject(new Error('Cannot save the PNG: the browser made none.')) : resolve(blob)),
      'image/png',
    );
  });
}
