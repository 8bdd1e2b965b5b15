import { RandomStream } from '@sardonyx/data';
import { describe, expect, test } from 'vitest';
import { ApproachTable } from '../../src/statistics/approach-table.js';
import { approachStatistics } from '../../src/statistics/approach-statistics.js';
import { evenWeights } from '../../src/statistics/approach-times.js';
import { clusteredUniformityTest } from '../../src/statistics/clustered-test.js';
import { uniformityTest } from '../../src/statistics/kolmogorov-smirnov.js';
import { firstApproaches } from '../../src/statistics/miss-distances.js';
import { j2000 } from '../../src/constants.js';
import { approach, clusters } from './synthetic-approaches.js';

describe('approaches as columns', () => {
  const { events } = clusters(400, 1000, 3);
  const table = ApproachTable.of(events);

  test('come back', () => {
    expect(events.length).toBeGreaterThan(1024);
    expect([...table]).toEqual(events);
    expect(ApproachTable.of(table)).toBe(table);
    expect(Array.from(table.filter(({ rMin }) => rMin < 0.02))).toEqual(events.filter(({ rMin }) => rMin < 0.02));
    expect([...table.values(({ jd }) => jd)]).toEqual(events.map(({ jd }) => jd));
    const ordered = events.toSorted((a, b) => a.particle - b.particle || a.jd - b.jd || a.planet - b.planet);
    expect(Array.from(table.byParticle(), (row) => table.at(row))).toEqual(ordered);
  });

  test('give the statistics that objects give', () => {
    const sample = { weights: evenWeights(400, 2), start: j2000, years: 1000 };
    const options = { replicates: 20 };
    expect(approachStatistics({ ...sample, events: table }, options)).toEqual(approachStatistics({ ...sample, events }, options));
  });

  test('first approaches are those of asteroids, clones together', () => {
    const own = [
      approach({ particle: 2, years: 5 }),
      approach({ particle: 1, years: 7 }),
      approach({ particle: 0, years: 6 }),
      approach({ particle: 2, years: 3 }),
    ];
    // Particles 0 and 1 are one asteroid.
    expect([...firstApproaches(ApproachTable.of(own), [0, 0, 1])]).toEqual([3, 2]);
  });
});

describe('uniformity of values in clusters', () => {
  /** Values of `count` clusters of `size`; those of one cluster within `spread` of each other. */
  const sample = (seed: number, count: number, size: number, spread: number) => {
    const stream = new RandomStream(seed, 'clusters');
    const values = Array.from({ length: count }, () => stream.uniform()).flatMap((center) =>
      Array.from({ length: size }, () => (center + spread * stream.uniform()) % 1),
    );
    return { values: Float64Array.from(values), cluster: values.map((_, k) => Math.floor(k / size)) };
  };

  test('is kept where independence would reject it', () => {
    let [rejectedPlain, rejectedClustered] = [0, 0];
    const trials = 60;
    for (let seed = 0; seed < trials; seed++) {
      const { values, cluster } = sample(seed, 60, 20, 0.02);
      if (uniformityTest(values).pValue < 0.05) rejectedPlain++;
      if (clusteredUniformityTest(values, cluster, { replicates: 200 }).pValue < 0.05) rejectedClustered++;
    }
    // Twenty alike count as one: 1200 values are 60. At 5 % three of 60 are expected; ten would be a chance of 1e-3.
    expect(rejectedPlain).toBeGreaterThan(trials / 2);
    expect(rejectedClustered).toBeLessThan(10);
  });

  test('is rejected where clusters lean to one side', () => {
    const { values, cluster } = sample(1, 200, 5, 0.02);
    const leaning = values.map((value) => value * value);
    expect(clusteredUniformityTest(leaning, cluster).pValue).toBeLessThan(0.01);
    expect(clusteredUniformityTest(values, cluster).count).toBe(200);
  });

  test('is not told of fewer than ten clusters, which drawing them again hardly varies', () => {
    const { values, cluster } = sample(1, 10, 50, 0.02);
    expect(clusteredUniformityTest(values, cluster).pValue).toBeGreaterThan(0);
    const nine = clusteredUniformityTest(values.subarray(0, 450), cluster.slice(0, 450));
    expect(nine).toMatchObject({ count: 9, pValue: NaN });
    expect(nine.distance).toBeGreaterThan(0);
    const single = values.map((value) => value / 100);
    expect(clusteredUniformityTest(single, new Uint8Array(500))).toMatchObject({ count: 1, pValue: NaN });
    expect(clusteredUniformityTest(new Float64Array(0), []).pValue).toBeNaN();
  });
});
