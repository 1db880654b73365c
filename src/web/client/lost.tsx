import { useLink } from './link.ts';
import { moment } from './time.ts';

/** Says that what is below is no longer live, or of an older version than its daemon, and why. */
export function Lost() {
  const { state, since, outdated } = useLink();
  if (state === 'refused') {
    return (
      <p class="away" role="alert">
        The daemon no longer accepts this sign-in. What you see is how it was at {moment(since / 1000)}.{' '}
        <button onClick={() => location.reload()}>Sign in again</button>
      </p>
    );
  }
  if (state === 'lost') {
    return (
      <p class="away" role="alert">
        The daemon has not answered since {moment(since / 1000)}. What you see is how it was then; this page
        tries again by itself.
      </p>
    );
  }
  return outdated ? (
    <p class="away" role="alert">
      The daemon was replaced by another version. This page is of the one before.{' '}
      <button onClick={() => location.reload()}>Reload the page</button>
    </p>
  ) : null;
}
