import type { EventBody, RunOutcome } from '@sardonyx/study';

/** What is known of a run when it starts. */
export interface RunIntroduction {
  readonly directory: string;
  readonly id: string;
  readonly preset: string;
  readonly seed: number;
  readonly params: Readonly<Record<string, unknown>>;
}

/** How a run is shown while it goes on. */
export interface RunView {
  begin(run: RunIntroduction): void;
  event(event: EventBody): void;
  /** Tells the person at the terminal something that is no part of the run. */
  notice(text: string): void;
  end(outcome: RunOutcome): void;
}
