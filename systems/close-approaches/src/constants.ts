/* Constants of nature and conventions. Lengths in au, times in days (TDB), masses as G·m in au³/d². */

/** Kilometres of one astronomical unit; exact (IAU 2012 B2). */
export const kmPerAu = 149_597_870.7;
export const secondsPerDay = 86_400;
export const daysPerYear = 365.25;

/** Au a day of one kilometre a second. */
export const auPerDayOfKmPerSecond = secondsPerDay / kmPerAu;

/** Speed of light in au/d. */
export const speedOfLight = 299_792.458 * auPerDayOfKmPerSecond;

/** G·m in au³/d² of one in km³/s². Products, because powers are not the same bits everywhere. */
export const gravitationalParameter = (km3PerS2: number): number =>
  (km3PerS2 * (secondsPerDay * secondsPerDay)) / (kmPerAu * kmPerAu * kmPerAu);

/** G·m of the Sun in au³/d² (DE440). */
export const sunGm = gravitationalParameter(132_712_440_041.279_419);

/** J2000.0, JD 2451545.0 TDB. */
export const j2000 = 2_451_545.0;

/** Inclination of the ecliptic of J2000 to the equator of ICRF, 84381.448″, as its cosine and sine. */
export const obliquityOfEcliptic = { cosine: 0.917_482_062_069_181_8, sine: 0.397_777_155_931_913_7 } as const;
