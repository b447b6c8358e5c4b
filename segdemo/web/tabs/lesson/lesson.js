// Printing unfolds the expected answers.
element.addEventListener('click', ({ target }) => { if (target.closest('[data-print]')) window.print(); });
const unfold = open => {
  for (const one of element.querySelectorAll('details')) one.open = open;
};
window.addEventListener('beforeprint', () => unfold(true));
window.addEventListener('afterprint', () => unfold(false));
