import { useEffect, useRef, useState } from 'preact/hooks';
import { Paper } from './paper.ts';
import { readLog } from './stream.ts';

/** A log as it grows. */
export interface LogProps {
  readonly title: string;
  /** Where it streams. */
  readonly url: string;
  /** Where all of it can be had. */
  readonly download: string;
  readonly filename: string;
}

/** So much is held for a reader who has paused, in characters: a program that never stops would fill the browser. */
const MOST_HELD = 2_000_000;

/** Whether the reader looks at the end of the log. */
const isAtEnd = (place: HTMLElement): boolean =>
  place.scrollHeight - place.scrollTop - place.clientHeight < 40;

/** A live log with search, pause, wrap, colours and download. */
export function Log({ title, url, download, filename }: LogProps) {
  const place = useRef<HTMLPreElement>(null);
  const paper = useRef<Paper | undefined>(undefined);
  const held = useRef('');
  const isPaused = useRef(false);
  const [paused, setPaused] = useState(false);
  const [waiting, setWaiting] = useState(0);
  const [wrap, setWrap] = useState(true);
  const [words, setWords] = useState('');
  const [found, setFound] = useState(0);
  const [trouble, setTrouble] = useState('');
  const [isEmpty, setEmpty] = useState(true);

  const write = (text: string) => {
    const element = place.current;
    if (element === null || paper.current === undefined) return;
    const follows = isAtEnd(element);
    paper.current.write(text);
    setEmpty(paper.current.length === 0);
    if (follows) element.scrollTop = element.scrollHeight;
  };
  useEffect(() => {
    if (place.current === null) return;
    const own = new Paper(place.current);
    paper.current = own;
    let stop: (() => void) | undefined;
    let frame = 0;
    let pending = '';
    const flush = () => {
      frame = 0;
      if (isPaused.current) {
        held.current = (held.current + pending).slice(-MOST_HELD);
        setWaiting(held.current.split('\n').length - 1);
      } else write(pending);
      pending = '';
    };
    const start = () => {
      stop ??= readLog(url, {
        onStart: () => {
          setTrouble('');
          own.clear();
          setEmpty(true);
          [held.current, pending] = ['', ''];
        },
        onText: text => {
          pending += text;
          frame ||= requestAnimationFrame(flush);
        },
        onTrouble: setTrouble,
      });
    };
    const end = () => {
      stop?.();
      stop = undefined;
    };
    // A page that nobody sees holds no connection; coming back it reads the log's end anew.
    const see = () => (document.visibilityState === 'visible' ? start() : end());
    document.addEventListener('visibilitychange', see);
    addEventListener('pagehide', end);
    start();
    return () => {
      end();
      cancelAnimationFrame(frame);
      document.removeEventListener('visibilitychange', see);
      removeEventListener('pagehide', end);
      own.clear();
    };
  }, [url]);
  const pause = () => {
    isPaused.current = !isPaused.current;
    setPaused(isPaused.current);
    if (isPaused.current) return;
    write(held.current);
    held.current = '';
    setWaiting(0);
  };
  const seek = (sought: string) => {
    setWords(sought);
    paper.current?.seek(sought);
    setFound(paper.current?.found ?? 0);
    if (place.current) place.current.scrollTop = place.current.scrollHeight;
  };
  return (
    <section class="panel log-panel" aria-label={title}>
      <header>
        <input
          type="search"
          placeholder={`Search ${title}`}
          aria-label={`Search ${title}`}
          value={words}
          onInput={event => seek(event.currentTarget.value)}
        />
        <span class="whom" aria-live="polite">
          {words === ''
            ? trouble || (isEmpty ? 'nothing written yet' : '')
            : `${found} ${found === 1 ? 'line' : 'lines'}`}
        </span>
        <button aria-pressed={paused} onClick={pause}>
          {paused ? `Resume${waiting > 0 ? ` (${waiting})` : ''}` : 'Pause'}
        </button>
        <button aria-pressed={wrap} onClick={() => setWrap(!wrap)}>
          Wrap
        </button>
        <a class="button" href={download} download={filename}>
          Download
        </a>
      </header>
      <pre
        class={`log ${wrap ? 'wrap' : ''} ${isEmpty ? 'blank' : ''}`}
        ref={place}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a log is scrolled by keys
        tabIndex={0}
        role="log"
        aria-label={title}
        aria-live="off"
      />
    </section>
  );
}
