/** Series of one kind of quantity, drawn on common axes. */
export interface Panel {
  /** Stays the same when more series of the quantity come. */
  readonly key: string;
  /** What is measured, with its unit where the names give one: the label of the vertical axis. */
  readonly quantity: string;
  readonly series: readonly string[];
  /** What tells each series from the others of the panel, for a legend: without the quantity where there is more. */
  readonly labels: readonly string[];
}

/** Words that say which values of a quantity, not which quantity. */
const qualifiers = new Set(
  'train training validation valid val test testing eval evaluation dev mean average median min max best running batch epoch final'.split(
    ' ',
  ),
);

/** Quantities that are known wherever in the name they stand: `looped loss` and `loss looped`. */
const quantities = new Set('loss accuracy error perplexity reward return regret entropy precision recall likelihood'.split(' '));

/** Words that make a quantity of the one before them: `learning rate`, `gradient norm`. */
const heads = new Set('rate norm ratio time size distance'.split(' '));

/** What may stand in parentheses as a unit; anything else there belongs to the name, as in `loss (1⊗3)`. */
const units = new Set('% s ms µs min h day days yr nats bits B kB MB GB bytes m mm cm km AU rad deg ° K eV keV J W Hz tokens/s'.split(' '));

const abbreviations: Readonly<Record<string, string>> = { acc: 'accuracy', ppl: 'perplexity', lr: 'learning rate', err: 'error' };

/**
 * Groups series by what they measure, in the order in which the quantities come: the first word of the name that is a
 * known quantity, otherwise the first that is no qualifier such as `train` or `mean`, with a word after it that makes
 * a quantity of it. Words are parted by spaces, slashes, dots, colons, dashes, underscores and capitals. A unit may stand
 * in parentheses: `accuracy (%) looped`.
 */
export function panelsOf(series: readonly string[]): Panel[] {
  const panels = new Map<string, string[]>();
  for (const name of series) {
    const key = `${quantityIn(name)} ${unitOf(name)}`;
    panels.set(key, [...(panels.get(key) ?? []), name]);
  }
  return [...panels].map(([key, members]) => ({
    key,
    quantity: quantityOf(members),
    series: members,
    labels: members.length === 1 ? members : members.map(shortLabel),
  }));
}

function quantityOf(members: readonly string[]): string {
  const [first = ''] = members;
  const unit = unitOf(first);
  return `${members.length === 1 && words(first).length <= 3 ? words(first).join(' ') : quantityIn(first)}${unit === '' ? '' : ` (${unit})`}`;
}

function quantityIn(name: string): string {
  const all = words(name).map((word) => abbreviations[word] ?? word);
  const known = all.find((word) => quantities.has(word));
  if (known !== undefined) return known;
  const at = all.findIndex((word) => !qualifiers.has(word));
  const [word = all[0] ?? name, next = ''] = at < 0 ? [] : all.slice(at, at + 2);
  return heads.has(next) ? `${word} ${next}` : word;
}

function unitOf(name: string): string {
  return [...name.matchAll(/\(([^()]*)\)/g)].map(([, inside = '']) => inside).find((inside) => units.has(inside)) ?? '';
}

function withoutUnit(name: string): string {
  return name.replace(`(${unitOf(name)})`, ' ');
}

/** The name without the quantity and the unit, unless nothing else is in it. */
function shortLabel(name: string): string {
  const quantity = quantityIn(name);
  const count = quantity.split(' ').length;
  const [first = '', rest = ''] = afterWords(name, count);
  return words(first).join(' ') === quantity && rest !== '' ? rest : name;
}

/** The first words of a name as they stand in it, and the rest without the unit. */
function afterWords(name: string, count: number): [string, string] {
  const first = new RegExp(`^(?:[\\s/.:_-]*[^\\s/.:_-]+){${count}}`).exec(name)?.[0] ?? '';
  const rest = withoutUnit(name)
    .slice(first.length)
    .replace(/^[\s/.:_-]+/, '')
    .trim();
  return [first, rest];
}

function words(name: string): string[] {
  return withoutUnit(name)
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[\s/.:_-]+/)
    .filter((word) => word !== '');
}
