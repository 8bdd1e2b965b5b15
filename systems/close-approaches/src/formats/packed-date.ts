import { calendarDate, julianDate } from '../orbit/time.js';
import { OrbitError } from '../orbit/orbit-error.js';
import { FormatError, quoted } from './format-error.js';

const monthsAndDays = '0123456789ABCDEFGHIJKLMNOPQRSTUV';

/**
 * JD of the midnight that a packed date names: century (I, J, K = 18, 19, 20), two digits of the year, month 1–9, A–C, day 1–9,
 * A–V. `K2555` is 5 May 2025.
 * @throws {FormatError} `packed-date`
 */
export function unpackDate(packed: string): number {
  const match = /^([I-K])(\d\d)([1-9A-C])([1-9A-V])$/.exec(packed);
  if (match !== null) {
    const [, century, years, month, day] = match as unknown as [string, string, string, string, string];
    const year = 100 * (century.charCodeAt(0) - 55) + Number(years);
    try {
      return julianDate({ year, month: monthsAndDays.indexOf(month), day: monthsAndDays.indexOf(day) });
    } catch (cause) {
      if (!(cause instanceof OrbitError)) throw cause;
    }
  }
  throw new FormatError(
    'packed-date',
    {},
    {
      expected: 'a packed date such as K2555 (5 May 2025), its century I, J or K',
      given: quoted(packed),
      remedy: 'correct the field, or leave the line out with --skip-bad',
    },
  );
}

/** The packed date of a JD at midnight. @throws {FormatError} `not-representable` for another hour or a century beyond I–K */
export function packDate(jd: number): string {
  const { year, month, day } = calendarDate(jd);
  const century = Math.floor(year / 100);
  if (day % 1 !== 0 || century < 18 || century > 20) {
    throw new FormatError(
      'not-representable',
      { column: 'epoch' },
      {
        expected: 'a midnight between the years 1800 and 2099',
        given: `JD ${jd}`,
        remedy: 'propagate to such an epoch, or choose another format',
      },
    );
  }
  return String.fromCharCode(55 + century) + String(year % 100).padStart(2, '0') + monthsAndDays[month]! + monthsAndDays[day]!;
}
