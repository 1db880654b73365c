/** Says something at the page's foot; screen readers are told as well. Bad news stays longer. */
export function toast(text: string, kind: 'good' | 'bad' = 'good'): void {
  const place = document.getElementById('toasts');
  if (place === null) return;
  const note = document.createElement('p');
  note.className = `toast ${kind}`;
  note.textContent = text;
  place.append(note);
  while (place.childElementCount > 4) place.firstElementChild?.remove();
  setTimeout(() => note.remove(), kind === 'bad' ? 9000 : 4000);
}

/** Says what went wrong. */
export const complain = (error: unknown): void =>
  toast(error instanceof Error ? error.message : String(error), 'bad');
