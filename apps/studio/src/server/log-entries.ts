import type { RunEvent } from '@sardonyx/study';
import type { LogEntry } from '../api/index.js';

/** An event as a line of the log for people; undefined for numbers and progress, which are shown otherwise. */
export function logEntryOf(event: RunEvent): LogEntry | undefined {
  const { time } = event;
  switch (event.type) {
    case 'log':
    case 'warning':
      return { kind: event.type, text: event.text, time };
    case 'checkpoint':
      return { kind: 'checkpoint', text: `checkpoint at step ${event.step}`, time };
    case 'started':
      return { kind: 'started', text: 'started', time };
    case 'resumed':
      return { kind: 'resumed', text: event.step === null ? 'began again from the start' : `resumed at step ${event.step}`, time };
    case 'stopping':
      return { kind: 'log', text: 'asked to stop: saving at the next safe point', time };
    case 'interrupted':
      return { kind: 'interrupted', text: 'interrupted', time };
    case 'failed':
      return { kind: 'failed', text: event.message, time };
    case 'done':
      return { kind: 'done', text: 'done', time };
    case 'metric':
    case 'final':
    case 'progress':
      return undefined;
  }
}
