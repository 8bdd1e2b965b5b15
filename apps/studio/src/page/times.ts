const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** A length of time in its two largest units: `48 s`, `1 min 12 s`, `3 h 5 min`, `12 d 4 h`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown';
  if (seconds > 0 && seconds < 1) return 'less than 1 s';
  const whole = Math.max(0, Math.round(seconds));
  if (whole < minute) return `${whole} s`;
  if (whole < hour) return twoUnits(whole, minute, 'min', 1, 's');
  if (whole < day) return twoUnits(whole, hour, 'h', minute, 'min');
  return twoUnits(whole, day, 'd', hour, 'h');
}

function twoUnits(seconds: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}

/** A time that is only estimated, as coarse as it is uncertain: `40 s`, `6 min`, `3 h 5 min`. */
export function formatEstimate(seconds: number): string {
  if (seconds < minute) return `${Math.max(5, Math.ceil(seconds / 5) * 5)} s`;
  return seconds < hour ? `${Math.ceil(seconds / minute)} min` : formatDuration(seconds);
}

/** A moment beside the present: `just now`, `3 min ago`, `2 h ago`, `5 d ago`; a date after four weeks. */
export function formatAgo(iso: string, nowMs: number): string {
  const seconds = (nowMs - Date.parse(iso)) / 1000;
  if (seconds < 10) return 'just now';
  if (seconds < minute) return `${Math.floor(seconds / 10) * 10} s ago`;
  if (seconds < hour) return `${Math.floor(seconds / minute)} min ago`;
  if (seconds < day) return `${Math.floor(seconds / hour)} h ago`;
  if (seconds < 28 * day) return `${Math.floor(seconds / day)} d ago`;
  return iso.slice(0, 10);
}

const exactFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** A moment to the second, in the reader's time zone: `4 Mar 2026, 14:05:09`. */
export function formatExact(iso: string): string {
  return exactFormat.format(new Date(iso));
}
