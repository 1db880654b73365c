import { useEffect, useRef } from 'preact/hooks';

/** What keys do, by their names as the browser tells them. */
export type Keys = Readonly<Record<string, () => void>>;

/** Answers keys for as long as the component is there, except while somebody writes or chooses. */
export function useKeys(keys: Keys): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target as HTMLElement;
      if (target.closest('input:not([type=checkbox]), select, textarea, dialog') !== null) return;
      // Enter on a link or a button is theirs.
      if (
        (event.key === 'Enter' || event.key.startsWith('Arrow')) &&
        target.closest('a, button, .log') !== null
      )
        return;
      const does = Object.hasOwn(current.current, event.key) ? current.current[event.key] : undefined;
      if (does === undefined) return;
      event.preventDefault();
      does();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}
