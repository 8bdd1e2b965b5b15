/** The punctuation of ASCII, as Python's `string.punctuation` lists it. */
const punctuation = /[!-/:-@[-`{-~]/g;
const articles = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu;

/** Lower case, without ASCII punctuation and English articles, single spaces: SQuAD's form (Rajpurkar et al., arXiv:1606.05250). */
export const normalizeAnswer = (text: string): string =>
  text.toLowerCase().replace(punctuation, '').replace(articles, ' ').trim().replace(/\s+/g, ' ');

/** 1 where the answers are the same but for {@link normalizeAnswer}, 0 elsewhere. */
export const exactMatch = (given: string, expected: string): number => Number(normalizeAnswer(given) === normalizeAnswer(expected));

/**
 * F1 of the normalized words of two answers, as bags; where either has no words, 1 if both have none and 0 if not. SQuAD's
 * second measure.
 */
export function tokenF1(given: string, expected: string): number {
  const [ours, theirs] = [wordsOf(given), wordsOf(expected)];
  if (ours.length === 0 || theirs.length === 0) return Number(ours.length === theirs.length);
  const left = new Map<string, number>();
  for (const word of theirs) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of ours) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    common += 1;
  }
  return (2 * common) / (ours.length + theirs.length);
}

function wordsOf(text: string): string[] {
  const normalized = normalizeAnswer(text);
  return normalized === '' ? [] : normalized.split(' ');
}

/** Digits with commas between thousands or without, and a fraction; a sign only where no number or word stands before it. */
const number = /(?<![\p{L}\p{N}.])[-−]?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|(?<![\p{L}\p{N}])[-−]?\.\d+|\d+(?:\.\d+)?/gu;

/** The last number that a text has; undefined where it has none. */
export function lastNumber(text: string): number | undefined {
  const last = text.match(number)?.at(-1);
  return last === undefined ? undefined : Number(last.replaceAll(',', '').replace('−', '-'));
}

/**
 * 1 where the last number of the given answer is that of the expected one to a thousandth, 0 elsewhere. An expected answer
 * without a number is compared as text.
 */
export function numericMatch(given: string, expected: string): number {
  const truth = lastNumber(expected);
  if (truth === undefined) return exactMatch(given, expected);
  const ours = lastNumber(given);
  return Number(ours !== undefined && Math.abs(ours - truth) <= 1e-3 * Math.abs(truth));
}
