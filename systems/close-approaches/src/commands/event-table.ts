import { auPerDayOfKmPerSecond } from '../constants.js';
import { type EncounterEvent, eventColumns, eventRow } from '../encounters/encounter-event.js';
import { formatCad } from '../formats/cad.js';
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
export function eventTable(
  events: readonly EncounterEvent[],
  format: EventTableFormat,
  hash: string,
  particles?: ReadonlyMap<number, ParticleRow>,
): string[] {
  if (format === 'csv') {
    return [eventColumns.join(','), ...events.map((event) => eventColumns.map((column) => eventRow(event)[column] ?? '').join(','))];
  }
  if (format === 'json') return events.map((event) => JSON.stringify(eventRow(event)));
  const kmPerSecond = (speed: number): number => speed / auPerDayOfKmPerSecond;
  const rows = events.map((event) => {
    const particle = particles?.get(event.particle);
    const planet = planetNames[event.planet]!;
    return {
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
  });
  return formatCad(rows, `Sardonyx, configuration ${hash}`).trimEnd().split('\n');
}
