import { reconnectNow } from '../browser-streams.js';
import { now } from '../clock.js';
import { connection } from '../connection.js';

/** Says when the server does not answer. It lies over the page's lower edge, so that nothing moves. */
export function ConnectionBanner() {
  const { value } = connection;
  const isUnreachable = value.state === 'unreachable';
  return (
    <div class="connection-banner" role="status" hidden={!isUnreachable}>
      {isUnreachable && (
        <p>
          <strong>The server does not answer.</strong> Runs go on without it; this page shows them again as soon as it is back.{' '}
          <Countdown retryAt={value.retryAt} />
        </p>
      )}
    </div>
  );
}

function Countdown({ retryAt }: { readonly retryAt: number }) {
  const seconds = Math.ceil((retryAt - now.value) / 1000);
  return (
    <span aria-live="off">
      <button type="button" class="text-button" onClick={reconnectNow}>
        Try now
      </button>
      {seconds > 0 ? `, or wait ${seconds} s.` : '.'}
    </span>
  );
}
