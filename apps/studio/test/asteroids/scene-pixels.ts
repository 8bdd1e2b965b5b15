import type { StudioPage } from '../e2e/studio-page.js';

/** Levels of green by which pixels differ visibly. */
const visible = 24;

/**
 * Keeps what the scene shows under a name, as the browser puts it on the screen: every second pixel each way. Pixels stay in the page;
 * what comes back is the share of them that differ from the ground.
 */
export async function pictured(view: StudioPage, name: string): Promise<number> {
  await view.page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
  const picture = await view.page.locator('.scene canvas').screenshot();
  return view.page.evaluate<number>(`(async () => {
    const bytes = Uint8Array.from(atob('${picture.toString('base64')}'), (letter) => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(image.width >> 1, image.height >> 1);
    const context = canvas.getContext('2d');
    context.imageSmoothingEnabled = false;
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const green = context.getImageData(0, 0, canvas.width, canvas.height).data.filter((_, at) => at % 4 === 1);
    (window.pictures ??= {})['${name}'] = green;
    // Within the rounded corner of the frame.
    const ground = green[6 * canvas.width + 6];
    return green.filter((value) => Math.abs(value - ground) > ${visible}).length / green.length;
  })()`);
}

/** The share of pixels in which two kept pictures differ visibly. */
export function differing(view: StudioPage, one: string, other: string): Promise<number> {
  return view.page.evaluate<number>(`(() => {
    const [one, other] = [window.pictures['${one}'], window.pictures['${other}']];
    return one.filter((value, at) => Math.abs(value - other[at]) > ${visible}).length / one.length;
  })()`);
}
