import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calendarDate, dateText, julianDate, julianDateOfText, modifiedJulianDate } from '../../src/orbit/index.js';

test.each([
  [2000, 1, 1.5, 2_451_545],
  [1858, 11, 17, 2_400_000.5],
  [1582, 10, 15, 2_299_160.5],
  [1582, 10, 4, 2_299_159.5],
  [-4712, 1, 1.5, 0],
  [1900, 2, 28, 2_415_078.5],
  [2025, 5, 5, 2_460_800.5],
  [1600, 2, 29, 2_305_506.5],
])('%i-%i-%d is JD %d', (year, month, day, jd) => {
  expect(julianDate({ year, month, day })).toBe(jd);
  expect(calendarDate(jd)).toEqual({ year, month, day });
});

test('days follow one another', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1_000_000, max: 5_000_000 }), (day) => {
      const [today, tomorrow] = [calendarDate(day + 0.5), calendarDate(day + 1.5)];
      expect(julianDate(today)).toBe(day + 0.5);
      const follows = tomorrow.day === today.day + 1 || tomorrow.day === 1 || (today.year === 1582 && tomorrow.day === 15);
      expect(follows).toBe(true);
    }),
    { seed: 6, numRuns: 3000 },
  );
});

test.each([
  [2025, 2, 29],
  [2024, 13, 1],
  [1582, 10, 10],
  [2024, 1, 0],
])('%i-%i-%i is no date', (year, month, day) => {
  expect(() => julianDate({ year, month, day })).toThrowError(expect.objectContaining({ code: 'calendar-date' }));
});

test('texts', () => {
  expect(julianDateOfText('2460800.5')).toBe(2_460_800.5);
  expect(julianDateOfText('JD 2460800.5')).toBe(2_460_800.5);
  expect(julianDateOfText('mjd 60800')).toBe(2_460_800.5);
  expect(julianDateOfText('2025-05-05')).toBe(2_460_800.5);
  expect(julianDateOfText('2025-05-05T06:00:00')).toBe(2_460_800.75);
  expect(dateText(2_460_800.5)).toBe('2025-05-05');
  expect(dateText(2_460_800.75)).toBe('2025-05-05.25');
  // Less than half a millionth of a day before midnight is the next day.
  expect(dateText(2_460_801.5 - 1e-7)).toBe('2025-05-06');
  expect(modifiedJulianDate(2_460_800.5)).toBe(60_800);
  expect(() => julianDateOfText('tomorrow')).toThrowError(expect.objectContaining({ code: 'calendar-date' }));
});
