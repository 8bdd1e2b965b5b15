import { auPerDayOfKmPerSecond } from '../constants.js';
import { type EncounterEvent, eventColumns, eventRow } from '../encounters/encounter-event.js';
import { cadLines, type CloseApproach } from '../formats/cad.js';
import { planetNames } from '../planets/bodies.js';
import type { ParticleRow } from '../population/particle-file.js';

/** Layouts of tables of approaches. */
export const eventTableFormats = ['csv', 'json', 'cad'] as const;
export type EventTableFormat = (typeof eventTableFormats)[number];

/**
 * Approaches as lines of text: CSV under a line of names, JSON with one object a line, or the layout of JPL's close-approach
 * service, with the planet as `body`.
 * @param hash of the run's configuration, which names its source in the last
 * @param particles by id, for names and magnitudes; particles are numbered without them
 */
export function* eventTable(
  events: Iterable<EncounterEvent>,
  format: EventTableFormat,
  hash: string,
  particles?: ReadonlyMap<number, ParticleRow>,
): Generator<string> {
  if (format === 'csv') {
    yield eventColumns.join(',');
    for (const event of events) {
      const row = eventRow(event);
      yield eventColumns.map((column) => row[column] ?? '').join(',');
    }
  } else if (format === 'json') for (const event of events) yield JSON.stringify(eventRow(event));
  else yield* cadLines(approachesOf(events, particles), `Sardonyx, configuration ${hash}`);
}

function* approachesOf(events: Iterable<EncounterEvent>, particles?: ReadonlyMap<number, ParticleRow>): Generator<CloseApproach> {
  const kmPerSecond = (speed: number): number => speed / auPerDayOfKmPerSecond;
  for (const event of events) {
    const particle = particles?.get(event.particle);
    const planet = planetNames[event.planet]!;
    yield {
      designation: particle?.name ?? String(event.particle),
      body: planet[0]!.toUpperCase() + planet.slice(1),
      orbit: String(event.particle),
      time: event.jd,
      timeSigma: NaN,
      distance: event.rMin,
      distanceMin: NaN,
      distanceMax: NaN,
      speed: kmPerSecond(event.vRel),
      speedAtInfinity: kmPerSecond(event.vInf),
      absoluteMagnitude: particle?.absoluteMagnitude ?? NaN,
      diameter: particle?.diameter ?? NaN,
    };
  }
}
