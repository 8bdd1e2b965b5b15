import { calendarDate } from '@sardonyx/close-approaches/mechanics';

/** Days a second that time may run at, and what they are called. */
export const speeds = [
  { days: 1, label: '1 day' },
  { days: 10, label: '10 days' },
  { days: 30, label: '30 days' },
  { days: 100, label: '100 days' },
  { days: 365.25, label: '1 year' },
  { days: 3652.5, label: '10 years' },
  { days: 36_525, label: '100 years' },
] as const;

/** `2031-04-12`; years beyond four digits keep all of theirs. */
export function dayText(jd: number): string {
  const { year, month, day } = calendarDate(jd);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${year < 0 ? '−' : ''}${String(Math.abs(year)).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

/** `2031-04-12 06:32`. */
export function minuteText(jd: number): string {
  const rounded = Math.round(jd * 1440) / 1440 + 1e-7;
  const fraction = (((rounded + 0.5) % 1) + 1) % 1;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${dayText(rounded)} ${two(fraction * 24)}:${two((fraction * 1440) % 60)}`;
}
