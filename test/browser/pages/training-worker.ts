import { trainGpt } from './training-runs.js';

/* The GPT's training off the page's thread: a number of steps comes in, the losses go out. */

addEventListener('message', async ({ data }: MessageEvent<number>) => postMessage(await trainGpt(data)));
