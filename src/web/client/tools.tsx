import { useState } from 'preact/hooks';
import { type Link, useLink } from './link.ts';
import { useLive } from './live.ts';

const WORDS: Readonly<Record<Link['state'], string>> = {
  opening: 'connecting',
  on: 'live',
  lost: 'no connection',
  refused: 'signed out',
};

/** What the head of each page shows: whether it is live, what the daemon is about, light or dark. */
export function Tools() {
  const { state } = useLink();
  const { daemon } = useLive();
  const isLive = state === 'on' && daemon === 'RUNNING';
  const words = state === 'on' && !isLive ? daemon.toLowerCase() : WORDS[state];
  return (
    <>
      <span class={`link ${state === 'on' ? (isLive ? 'on' : 'ending') : state}`} role="status">
        {words}
      </span>
      <Theme />
    </>
  );
}

const isDark = (theme: string | undefined): boolean =>
  theme === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark';

function Theme() {
  const [theme, setTheme] = useState(document.documentElement.dataset.theme);
  const next = isDark(theme) ? 'light' : 'dark';
  const choose = () => {
    document.documentElement.dataset.theme = next;
    localStorage.setItem('theme', next);
    setTheme(next);
  };
  return (
    <button
      class="theme"
      aria-label={`Use the ${next} theme`}
      title={`Use the ${next} theme`}
      onClick={choose}
    >
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path d="M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM8 3a5 5 0 0 1 0 10z" fill="currentColor" />
      </svg>
    </button>
  );
}
