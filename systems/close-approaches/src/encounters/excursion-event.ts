import { bPlaneOf, emptyBPlane, opikVariables } from './b-plane.js';
import { type EncounterEvent, eventFlags } from './encounter-event.js';
import type { OpenExcursion } from './open-excursion.js';
import type { StepTime } from './step-time.js';

/** The event of an excursion that ended in a step, at `left` in units since the start of the run. */
export function eventOfExcursion(
  open: OpenExcursion,
  particle: number,
  planet: number,
  { epoch, unit, index, planets }: StepTime,
  left: number,
): EncounterEvent {
  const { relative, minima, entered } = open;
  // A long step is several units: the time was kept as it was found, from the step's start.
  const whole = Math.floor(open.fraction);
  const [step, fraction] = [open.step + whole, open.fraction - whole];
  const plane = emptyBPlane();
  bPlaneOf(relative, planets.gm[planet]!, open.planet.subarray(3), plane);
  const incoming = open.planet.map((value, k) => value + (k < 3 ? relative[k]! : plane.incoming[k - 3]!));
  const { u, tisserand } = opikVariables(incoming, open.planet, planets.starGm);
  return {
    particle,
    planet,
    flags: open.flags | (plane.vInf > 0 ? 0 : eventFlags.bound),
    minima,
    step,
    fraction,
    jd: epoch + (step + fraction) * unit,
    entered,
    left,
    closed: index,
    rMin: Math.sqrt(open.squared),
    vRel: Math.sqrt(relative[3]! * relative[3]! + relative[4]! * relative[4]! + relative[5]! * relative[5]!),
    vInf: plane.vInf,
    b: plane.b,
    xi: plane.xi,
    zeta: plane.zeta,
    opikU: u,
    tisserand,
    heliocentric: Array.from(open.planet, (value, k) => value + relative[k]!),
    planetocentric: [...relative],
  };
}
