import { useLink } from './link.ts';
import { moment } from './time.ts';

/** Says that what is below is no longer live, and why. */
export function Lost() {
  const { state, since } = useLink();
  if (state === 'refused') {
    return (
      <p class="away" role="alert">
        The daemon no longer accepts this sign-in. What you see is how it was at {moment(since / 1000)}.{' '}
        <button onClick={() => location.reload()}>Sign in again</button>
      </p>
    );
  }
  return state === 'lost' ? (
    <p class="away" role="alert">
      The daemon has not answered since {moment(since / 1000)}. What you see is how it was then; this page
      tries again by itself.
    </p>
  ) : null;
}
