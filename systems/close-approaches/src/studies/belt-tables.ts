import type { StudyContext } from '@sardonyx/study';
import { auPerDayOfKmPerSecond } from '../constants.js';
import type { DetectorStepRow } from '../belt/detector-step-table.js';
import { planetNames, type TerrestrialPlanet, terrestrialPlanets } from '../planets/bodies.js';
import type { ApproachStatistics } from '../statistics/approach-statistics.js';
import type { PlanetPlots } from '../statistics/plot-data.js';

/** Numbers, frequencies and checks of every planet, cross-planet counts and transfers, as tables and results of a run. */
export function writeStatistics(ctx: StudyContext, { planets, crossPlanet, transfers }: ApproachStatistics): void {
  const numbers = ctx.table('numbers', { planet: 'utf8', quantity: 'utf8', value: 'float64', low: 'float64', high: 'float64' });
  const checks = ctx.table('checks', { planet: 'utf8', check: 'utf8', value: 'float64' });
  const sensitivity = ctx.table('sensitivity', { planet: 'utf8', fromYear: 'float64', perYear: 'float64' });
  for (const { planet, frequency, numbers: counts, sensitivity: starts, missDistances, speeds, theory, impactsPerYear } of planets) {
    const rows = {
      'a year': { value: frequency.perYear, interval: frequency.interval },
      ever: counts.ever,
      standing: counts.standing,
      'in a window': counts.window,
    };
    for (const [quantity, { value, interval }] of Object.entries(rows)) {
      numbers.append({ planet, quantity, value, low: interval[0], high: interval[1] });
      ctx.result(`${planet}: ${quantity}`, value);
    }
    numbers.append({
      planet,
      quantity: 'a year, were approaches independent',
      value: frequency.perYear,
      low: frequency.poissonInterval[0],
      high: frequency.poissonInterval[1],
    });
    const values = {
      approaches: frequency.events,
      asteroids: frequency.contributors,
      'as many even contributors': frequency.effectiveContributors,
      'p of miss distances, by drawing asteroids': missDistances.clustered.pValue,
      'p of miss distances, first of each asteroid': missDistances.first.pValue,
      'p of miss distances, were they independent': missDistances.plain.pValue,
      'p of miss distances, independent and focused': missDistances.focused.pValue,
      'mean speed, km/s': speeds.relative.mean,
      'mean speed at infinity, km/s': speeds.atInfinity.mean,
      'median speed over Öpik’s': theory.speedRatio.median,
      'share within the tolerance of Öpik’s': theory.withinTolerance,
      'impacts a year': impactsPerYear,
    };
    for (const [check, value] of Object.entries(values)) checks.append({ planet, check, value });
    ctx.result(`${planet}: approaches`, frequency.events);
    ctx.result(`${planet}: p of miss distances`, missDistances.clustered.pValue);
    for (const { from, perYear } of starts) sensitivity.append({ planet, fromYear: from, perYear });
  }
  const cross = ctx.table('cross_planet', { planet: 'utf8', other: 'utf8', asteroids: 'float64' });
  crossPlanet.forEach((row, i) =>
    row.forEach((asteroids, j) => cross.append({ planet: terrestrialPlanets[i]!, other: terrestrialPlanets[j]!, asteroids })),
  );
  const between = ctx.table('transfers', {
    particle: 'int32',
    from: 'utf8',
    to: 'utf8',
    year: 'float64',
    years: 'float64',
    departure: 'float64',
    arrival: 'float64',
  });
  for (const { particle, from, to, time, duration, departureSpeed, arrivalSpeed } of transfers) {
    between.append({
      particle,
      from: planetNames[from]!,
      to: planetNames[to]!,
      year: time,
      years: duration,
      departure: departureSpeed / auPerDayOfKmPerSecond,
      arrival: arrivalSpeed / auPerDayOfKmPerSecond,
    });
  }
  ctx.result('transfers', transfers.length);
}

/** Distributions of miss distance and speed by planet. */
export function writeDistributions(ctx: StudyContext, plots: readonly PlanetPlots[]): void {
  const miss = ctx.table('miss_distances', { planet: 'utf8', share: 'float64', cumulative: 'float64' });
  const speed = ctx.table('speeds', { planet: 'utf8', speed: 'float64', share: 'float64' });
  for (const { planet, missDistances, speeds } of plots) {
    const total = missDistances.counts.reduce((sum, count) => sum + count, 0);
    if (total === 0) continue;
    let below = 0;
    missDistances.counts.forEach((count, k) => {
      below += count;
      miss.append({ planet, share: missDistances.edges[k + 1]!, cumulative: below / total });
    });
    speeds.counts.forEach((count, k) =>
      speed.append({ planet, speed: 0.5 * (speeds.edges[k]! + speeds.edges[k + 1]!), share: count / total }),
    );
  }
}

/** Events by detector, step and planet, and their mean speeds at infinity in km/s. */
export function writeDetectorSteps(ctx: StudyContext, rows: readonly DetectorStepRow[], particles: number, years: number): void {
  const table = ctx.table('detector_steps', { detector: 'utf8', step: 'float64', planet: 'utf8', events: 'int32', speed: 'float64' });
  for (const { detector, step, events, meanVInf } of rows) {
    for (const planet of Object.keys(events) as TerrestrialPlanet[]) {
      table.append({ detector, step, planet, events: events[planet]!, speed: meanVInf[planet]! / auPerDayOfKmPerSecond });
    }
    const counts = terrestrialPlanets.map((planet) => `${planet} ${events[planet]!}`).join(', ');
    ctx.log(`${detector} detector, ${step} d, ${particles} particles, ${years} yr: ${counts}`);
  }
}
