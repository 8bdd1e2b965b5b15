import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TextColumn } from '../../src/formats/text-column.js';

test('texts come back, with what is asked of them', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.nat(99).map(String))), (texts) => {
      const column = TextColumn.of(texts);
      expect(column).toHaveLength(texts.length);
      expect([...column]).toEqual(texts);
      expect(texts.map((_, k) => column.at(k))).toEqual(texts);
      expect(texts.map((_, k) => column.isNumber(k))).toEqual(texts.map((text) => /^\d+$/.test(text)));
      expect([...column.repeated()]).toEqual(texts.flatMap((text, k) => (texts.indexOf(text) < k ? [k] : [])));
      expect(column.isBlank).toBe(texts.every((text) => text === ''));
      const backwards = texts.map((_, k) => texts.length - 1 - k);
      expect([...column.select(backwards)]).toEqual([...texts].reverse());
      expect(column.findIndex((text) => text === texts[2])).toBe(texts.indexOf(texts[2]!));
    }),
    { seed: 6 },
  );
});

test('many and long texts take several pieces', () => {
  const texts = Array.from({ length: 140_000 }, (_, k) => (k === 70_000 ? 'ü'.repeat(400_000) : `name ${k}`));
  const column = TextColumn.of(texts);
  for (const k of [0, 65_535, 65_536, 70_000, 70_001, 139_999]) expect(column.at(k)).toBe(texts[k]);
  expect(column.repeated()).toHaveLength(0);
});
