import { auPerDayOfKmPerSecond, j2000, terrestrialPlanets } from '@sardonyx/close-approaches/mechanics';
import { RandomStream } from '@sardonyx/data';
import { type CloseApproachRow, criticalDistance, planetOf } from './close-approach.js';

/** Relative frequencies and mean speeds (km/s) far from the planet. */
const planets = { mercury: [1, 36], venus: [9, 17], earth: [15, 15.6], mars: [66, 13.3] } as const;
/** Shares of 91. */
const total = 91;
const years = 300;

/**
 * Close approaches as a uniform stream of asteroids would make them: places evenly spread over the b-plane within the critical
 * distance, speeds scattered by a quarter of their mean. They are no prediction; they show what the views do with real ones.
 */
export function exampleApproaches(count: number, seed: number): CloseApproachRow[] {
  const random = new RandomStream(seed, 'asteroids/example-approaches');
  return Array.from({ length: count }, (_, index) => {
    let share = random.uniform() * total;
    const planet = terrestrialPlanets.find((name) => (share -= planets[name][0]) < 0) ?? 'mars';
    const { gm, radius } = planetOf(planet);
    const vInf = planets[planet][1] * Math.max(0.3, 1 + 0.25 * random.normal());
    const square = (vInf * auPerDayOfKmPerSecond) ** 2;
    const focused = (r: number): number => r * Math.sqrt(1 + (2 * gm) / (r * square));
    const b = focused(criticalDistance(planet)) * Math.sqrt(random.uniform());
    const angle = 2 * Math.PI * random.uniform();
    // Pericentre of the hyperbola with impact parameter b.
    const rMin = Math.max(radius, (b * b) / (gm / square + Math.sqrt((gm / square) ** 2 + b * b)));
    const jd = j2000 + 365.25 * years * random.uniform();
    const vRel = Math.sqrt(vInf * vInf + (2 * gm) / rMin / auPerDayOfKmPerSecond ** 2);
    return { planet, jd, asteroid: `example ${index + 1}`, rMin, vRel, vInf, xi: b * Math.cos(angle), zeta: b * Math.sin(angle) };
  });
}
