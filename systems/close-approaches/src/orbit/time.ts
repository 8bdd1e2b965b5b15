import { OrbitError } from './orbit-error.js';

/** JD of MJD 0. */
export const modifiedJulianEpoch = 2_400_000.5;

/** A date of the civil calendar: Gregorian from 15 October 1582 on, Julian before, years counted astronomically (1 BC = 0). */
export interface CalendarDate {
  readonly year: number;
  readonly month: number;
  /** Day of the month with its fraction. */
  readonly day: number;
}

/** The first Gregorian day, as yyyymmdd. */
const gregorianStart = 15_821_015;
const gregorianStartDay = 2_299_161;

export const modifiedJulianDate = (jd: number): number => jd - modifiedJulianEpoch;
export const julianDateOfModified = (mjd: number): number => mjd + modifiedJulianEpoch;

/** Days from 1 March of year 0 to the first of a month, both calendars alike: 153 days in five months from March on. */
const daysBeforeMonth = (monthFromMarch: number): number => Math.floor((153 * monthFromMarch + 2) / 5);

/**
 * JD of a calendar date.
 * @throws {OrbitError} `calendar-date` for a day that is in no calendar
 */
export function julianDate({ year, month, day }: CalendarDate): number {
  const whole = Math.floor(day);
  const midnight = julianDay(year, month, whole) - 0.5;
  const back = calendarDate(midnight);
  const isReal = Number.isInteger(year) && Number.isInteger(month) && back.year === year && back.month === month && back.day === whole;
  if (!isReal) {
    throw new OrbitError(
      'calendar-date',
      `Cannot use the date ${year}-${month}-${day}: expected a day of the calendar (Julian before 15 October 1582, then Gregorian).`,
    );
  }
  return midnight + (day - whole);
}

/** JD at the noon of a day. */
function julianDay(year: number, month: number, day: number): number {
  const fromMarch = (month + 9) % 12;
  const y = month < 3 ? year - 1 : year;
  const isGregorian = year * 10_000 + month * 100 + day >= gregorianStart;
  const leapDays = Math.floor(y / 4) - (isGregorian ? Math.floor(y / 100) - Math.floor(y / 400) : 2);
  return 365 * y + leapDays + daysBeforeMonth(fromMarch) + day + 1_721_119;
}

/** Calendar date of a JD. */
export function calendarDate(jd: number): CalendarDate {
  const shifted = jd + 0.5;
  const julian = Math.floor(shifted);
  const fraction = shifted - julian;
  // Days since 1 March of year 0, in the Julian calendar or, four centuries at a time, in the Gregorian.
  let year: number;
  let rest: number;
  if (julian >= gregorianStartDay) {
    const days = julian - 1_721_120;
    const cycles = Math.floor(days / 146_097);
    const inCycle = days - 146_097 * cycles;
    const century = Math.min(3, Math.floor(inCycle / 36_524));
    const inCentury = inCycle - 36_524 * century;
    const leap = Math.floor(inCentury / 1461);
    const inLeap = inCentury - 1461 * leap;
    const single = Math.min(3, Math.floor(inLeap / 365));
    year = 400 * cycles + 100 * century + 4 * leap + single;
    rest = inLeap - 365 * single;
  } else {
    const days = julian - 1_721_118;
    const leap = Math.floor(days / 1461);
    const inLeap = days - 1461 * leap;
    const single = Math.min(3, Math.floor(inLeap / 365));
    year = 4 * leap + single;
    rest = inLeap - 365 * single;
  }
  const fromMarch = Math.floor((5 * rest + 2) / 153);
  const month = ((fromMarch + 2) % 12) + 1;
  return { year: fromMarch < 10 ? year : year + 1, month, day: rest - daysBeforeMonth(fromMarch) + 1 + fraction };
}

/** `2025-05-05`, with a fraction of the day where there is one, to a millionth: `2025-05-05.25`. */
export function dateText(jd: number): string {
  const { year, month, day } = calendarDate(Math.round(jd * 1e6) / 1e6);
  const fraction = day % 1 === 0 ? '' : (day % 1).toFixed(6).replace(/0+$/, '').slice(1);
  const sign = year < 0 ? '-' : '';
  return `${sign}${String(Math.abs(year)).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(Math.floor(day)).padStart(2, '0')}${fraction === '.' ? '' : fraction}`;
}

/**
 * JD of a text: a number (`2460800.5`, `JD 2460800.5`), `MJD 60800`, or a date (`2025-05-05`, `2025-05-05.25`,
 * `2025-05-05T06:00:00`).
 * @throws {OrbitError} `calendar-date`
 */
export function julianDateOfText(text: string): number {
  const number = /^(jd|mjd)?\s*(\d+(?:\.\d*)?)$/i.exec(text.trim());
  if (number !== null) return Number(number[2]) + (number[1]?.toLowerCase() === 'mjd' ? modifiedJulianEpoch : 0);
  const date = /^(-?\d+)-(\d{1,2})-(\d{1,2}(?:\.\d*)?)(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d*)?))?)?$/.exec(text.trim());
  if (date === null) {
    throw new OrbitError(
      'calendar-date',
      `Cannot use the date "${text}": expected a JD (2460800.5), MJD 60800 or a date (2025-05-05, 2025-05-05.25, 2025-05-05T06:00:00).`,
    );
  }
  const [, year, month, day, hours = '0', minutes = '0', seconds = '0'] = date;
  return (
    julianDate({ year: Number(year), month: Number(month), day: Number(day) }) +
    (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) / 86_400
  );
}
