import { now } from '../clock.js';
import { formatAgo, formatExact } from '../times.js';

/** A moment beside the present, with the exact time for those who point at it. */
export function Moment({ iso }: { readonly iso: string }) {
  return (
    <time dateTime={iso} title={formatExact(iso)}>
      {formatAgo(iso, now.value)}
    </time>
  );
}
