/** A token as it is shown: white space is seen. */
export const shownToken = (label: string): string =>
  label === '' ? '∅' : label.replaceAll(' ', '␣').replaceAll('\n', '⏎').replaceAll('\t', '⇥');

/** A probability as per cent, of three digits or so: `98.2 %`. */
export const percent = (probability: number): string => `${(100 * probability).toFixed(1)} %`;
