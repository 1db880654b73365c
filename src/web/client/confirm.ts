/** Asks before something that cannot be taken back; promises whether it is wanted. */
export function confirmed(question: string, detail: string, verb: string): Promise<boolean> {
  const dialog = document.createElement('dialog');
  dialog.className = 'confirm';
  const title = document.createElement('h2');
  title.textContent = question;
  const words = document.createElement('p');
  words.textContent = detail;
  const no = button('Cancel', 'no');
  const yes = button(verb, 'yes');
  yes.className = 'danger';
  const form = document.createElement('form');
  form.method = 'dialog';
  form.append(no, yes);
  dialog.append(title, words, form);
  dialog.setAttribute('aria-label', question);
  document.body.append(dialog);
  dialog.showModal();
  no.focus();
  return new Promise(resolve => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
  });
}

function button(words: string, value: string): HTMLButtonElement {
  const made = document.createElement('button');
  made.value = value;
  made.textContent = words;
  return made;
}
