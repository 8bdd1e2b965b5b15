import { defineCommand } from '@sardonyx/study';
import { z } from 'zod';
import { sunGm } from '../constants.js';
import { cometaryOf } from '../orbit/elements-from-state.js';
import type { OrbitShape } from '../orbit/elements.js';
import { moid } from '../orbit/moid.js';
import { planetNames } from '../planets/bodies.js';
import { SolarSystem } from '../propagation/propagation.js';
import { axesOf, axesParameter, chosenBodies, Progress, readCatalogue } from './read-catalogue.js';

/** Minimum distances of orbits to those of planets. */
export const moidCommand = defineCommand({
  name: 'moid',
  summary: "minimum distances between orbits and the planets' osculating ellipses at each orbit's epoch (the Earth itself, as JPL has it)",
  arguments: [{ name: 'file', summary: 'a file of orbits of any known format' }],
  params: z.object({
    planets: z.array(z.enum(planetNames)).min(1).default(['earth']).describe('planets to measure to'),
    bodies: z.array(z.string()).default([]).describe('numbers, designations or names; none takes all'),
    below: z.number().positive().optional().describe('list only distances below, au; all where absent'),
    minima: z.boolean().default(false).describe('list all local minima and the distances at the nodes'),
    axes: axesParameter,
    skipBad: z.boolean().default(false).describe('leave out rows that cannot be used'),
  }),
  examples: [
    'moid neos.csv --below 0.05',
    'moid MPCORB.DAT --bodies 433,Apophis --planets earth,mars --minima true',
    'moid belt.orbits --planets mars --json',
  ],
  async run(ctx, { planets, bodies, below, minima, skipBad, axes }) {
    const { catalogue } = await readCatalogue(ctx, [ctx.arguments[0]!], skipBad, axesOf(axes));
    const indices = chosenBodies(catalogue, bodies);
    const epochs = catalogue.column('epoch');
    // The planets are integrated from epoch to epoch.
    indices.sort((a, b) => epochs[a]! - epochs[b]!);
    const system = new SolarSystem();
    const progress = new Progress(ctx, 'MOID');
    let [epoch, ellipses]: [number, OrbitShape[]] = [NaN, []];
    for (const [done, index] of indices.entries()) {
      if (done % 100 === 0) {
        ctx.signal.throwIfAborted();
        progress.update(done, indices.length);
      }
      const record = catalogue.record(index);
      if (record.epoch !== epoch) {
        epoch = record.epoch!;
        ellipses = planets.map((planet) => cometaryOf(system.state(planet, epoch), epoch, sunGm));
      }
      for (const [p, ellipse] of ellipses.entries()) {
        const result = moid(record as unknown as OrbitShape, ellipse);
        if (below !== undefined && !(result.distance < below)) continue;
        const { designation, name } = record;
        const found = { designation, name, planet: planets[p]!, epoch, moid: result.distance };
        if (ctx.json)
          ctx.print(JSON.stringify({ type: 'moid', ...found, ...(minima && { minima: result.minima, nodes: result.nodes ?? null }) }));
        else {
          ctx.print(`${`${designation} ${name ?? ''}`.trim().padEnd(24)} ${planets[p]!.padEnd(8)} ${result.distance.toFixed(7)} au`);
          if (minima) for (const line of details(result)) ctx.print(line);
        }
      }
    }
  },
});

function details({ minima, nodes }: ReturnType<typeof moid>): string[] {
  const degrees = (radians: number): string => ((radians * 180) / Math.PI).toFixed(3).padStart(9);
  return [
    ...minima.map(
      ({ distance, parameters }) => `    minimum ${distance.toFixed(7)} au at anomalies ${parameters.map(degrees).join('° and')}°`,
    ),
    ...(nodes === undefined
      ? []
      : [`    at the nodes ${nodes.map((value) => value.toFixed(7)).join(' and ')} au outside the planet's orbit`]),
  ];
}
