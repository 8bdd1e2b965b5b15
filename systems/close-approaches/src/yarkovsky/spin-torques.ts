import { cubicSpline } from './cubic-spline.js';

/*
 * Mean torques of thermal radiation on irregular bodies of 2 km, 2500 kg/m³, at 2.5 au (Čapek and Vokrouhlický, Icarus 172,
 * 2004): obliquity in degrees, value in 1/s a Myr.
 */

/** Of the rotation rate; even about 0° and 180°, hence flat there. */
const rateTorques: readonly (readonly [number, number])[] = [
  [0, -2.0e-5],
  [17.1, -1.79e-5],
  [36.1, -1.03e-5],
  [55.0, -5.6e-8],
  [73.7, 8.33e-6],
  [92.7, 1.089e-5],
  [111.7, 6.51e-6],
  [127.5, -1.15e-6],
  [146.4, -1.146e-5],
  [165.4, -1.843e-5],
  [180, -2.0e-5],
];

/** Of the obliquity, times the rotation rate; odd about 0° and 180°, hence straight there. */
const obliquityTorques: readonly (readonly [number, number])[] = [
  [0, 0],
  [12.5, -7.18e-6],
  [31.2, -1.182e-5],
  [50.7, -9.78e-6],
  [69.6, -5.26e-6],
  [88.4, -3.7e-7],
  [107.2, 4.52e-6],
  [126.0, 9.19e-6],
  [144.9, 1.184e-5],
  [163.7, 8.68e-6],
  [180, 0],
];

/** dω/dt in 1/s a Myr at an obliquity in degrees, for the reference body. */
export const rateTorque = cubicSpline(rateTorques, 'flat');

/** ω·dγ/dt in rad/s a Myr at an obliquity in degrees, for the reference body. */
export const obliquityTorque = cubicSpline(obliquityTorques, 'straight');
