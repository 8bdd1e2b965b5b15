import { auPerDayOfKmPerSecond } from '@sardonyx/close-approaches/mechanics';

/** Impact parameter, au, at which a body of v_inf in km/s grazes a distance: r·√(1 + 2·Gm/(r·v²)). */
export function focusedRadius(radius: number, gm: number, vInf: number): number {
  const speed = vInf * auPerDayOfKmPerSecond;
  return radius * Math.sqrt(1 + (2 * gm) / (radius * speed * speed));
}
