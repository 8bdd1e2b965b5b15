import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packDate, unpackDate } from '../../src/formats/packed-date.js';
import { packDesignation, unpackDesignation } from '../../src/formats/packed-designation.js';
import { calendarDate, julianDate } from '../../src/orbit/index.js';

describe('packed designations', () => {
  test.each([
    ['00001', '1'],
    ['99999', '99999'],
    ['A0000', '100000'],
    ['a0017', '360017'],
    ['z9999', '619999'],
    ['~0000', '620000'],
    ['~zzzz', '15396335'],
    ['K24A12B', '2024 AB12'],
    ['J95X00A', '1995 XA'],
    ['K07Tf8A', '2007 TA418'],
    ['J98SG2S', '1998 SS162'],
    ['K24Yz9Z', '2024 YZ619'],
    ['PLS2040', '2040 P-L'],
    ['T1S3138', '3138 T-1'],
    ['_QC0000', '2026 CA620'],
    ['_QC0aEM', '2026 CZ6190'],
    ['_QCzzzz', '2026 CL591673'],
  ])('%s is %s', (packed, readable) => {
    expect(unpackDesignation(packed)).toBe(readable);
    expect(packDesignation(readable)).toBe(packed);
  });

  test('numbers come back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 15_396_335 }), (number) => {
        expect(unpackDesignation(packDesignation(String(number)))).toBe(String(number));
      }),
      { seed: 6, numRuns: 2000 },
    );
  });

  test.each(['', '1234', 'K24I12B', 'K24A12I', '~00', 'hello', '00001 x'])('%j is none', (text) => {
    expect(() => unpackDesignation(text)).toThrowError(expect.objectContaining({ code: 'packed-designation' }));
  });

  test.each(['', '0', '15396336', '2024 IA', '24 AB', 'Ceres'])('%j cannot be packed', (text) => {
    expect(() => packDesignation(text)).toThrowError(expect.objectContaining({ code: 'packed-designation' }));
  });
});

describe('packed dates', () => {
  test.each([
    ['K2555', 2025, 5, 5],
    ['J9611', 1996, 1, 1],
    ['J961A', 1996, 1, 10],
    ['J96AR', 1996, 10, 27],
    ['K01AM', 2001, 10, 22],
    ['I01CV', 1801, 12, 31],
  ])('%s is %i-%i-%i', (packed, year, month, day) => {
    expect(calendarDate(unpackDate(packed))).toEqual({ year, month, day });
    expect(packDate(julianDate({ year, month, day }))).toBe(packed);
  });

  test.each(['', 'K25', 'K25D1', 'K252U', 'K2350', 'k2555', 'Q2555', 'H2555', 'L0011'])('%j is none', (text) => {
    expect(() => unpackDate(text)).toThrowError(expect.objectContaining({ code: 'packed-date' }));
  });

  test('hold midnights of three centuries only', () => {
    for (const jd of [2_460_800, julianDate({ year: 1799, month: 12, day: 31 }), julianDate({ year: 2100, month: 1, day: 1 })])
      expect(() => packDate(jd)).toThrowError(expect.objectContaining({ code: 'not-representable' }));
  });
});
