import { type CommandContext, type EventBody, TimeLeft } from '@sardonyx/study';

/** Seconds between two lines of progress. */
const lineSeconds = 5;

/** Writes what a training does: lines with losses, accuracies and the time left, or every event as JSON. */
export function trainingProgress(ctx: CommandContext): (event: EventBody) => void {
  const timeLeft = new TimeLeft();
  let last = performance.now();
  let numbers: Readonly<Record<string, unknown>> = {};
  return (event) => {
    if (ctx.json) {
      if (event.type !== 'progress') ctx.print(JSON.stringify(event));
      return;
    }
    switch (event.type) {
      case 'log':
        return ctx.log(event.text);
      case 'warning':
        return ctx.log(`warning: ${event.text}`);
      case 'resumed':
        return ctx.log(event.step === null ? 'no checkpoint yet: begins again' : `goes on from step ${event.step}`);
      case 'metric': {
        numbers = { ...numbers, ...event.values };
        const scores = Object.entries(event.values).filter(([name]) => /^(accuracy|validation loss|perplexity)/.test(name));
        if (scores.length === 0) return;
        const shown = ([name, value]: (typeof scores)[number]): string =>
          `${name} ${Number(value).toFixed(name.startsWith('accuracy') ? 1 : 4)}`;
        return ctx.log(`step ${event.step}: ${scores.map(shown).join(', ')}`);
      }
      case 'progress': {
        const now = performance.now();
        timeLeft.update(event.done, event.total, now);
        if (now - last < lineSeconds * 1000) return;
        last = now;
        const seconds = timeLeft.seconds();
        const left = seconds === undefined ? '' : `, ${inWords(seconds)} left`;
        return ctx.log(`step ${event.done} of ${event.total}: ${event.label ?? ''}${left}`);
      }
      default:
        return;
    }
  };
}

/** `1 h 2 min`, `3 min 20 s`, `12 s` */
function inWords(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.round(seconds % 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${rest} s` : `${rest} s`;
}
