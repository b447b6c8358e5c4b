// The header's link: asked for by its button, copied, and shown for those who copy by hand.
const shown = () => element.querySelector('.link');

const hide = () => { if (shown()) shown().hidden = true; };

const copy = async field => {
  field.focus();
  field.select();
  if (!navigator.clipboard) return document.execCommand('copy'); // a page served by plain http
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    return document.execCommand('copy'); // the browser was told to forbid it
  }
};

element.addEventListener('click', event => {
  if (event.target.closest('[data-copy]')) trigger('submit');
});

document.addEventListener('lesson-link', async ({ detail: { query, said } }) => {
  const [field, sentence] = shown().querySelectorAll('input, p');
  shown().hidden = false;
  field.hidden = query === null;
  if (query !== null) {
    field.value = location.origin + location.pathname + (query && `?${query}`);
    if (!await copy(field)) said = sentence.dataset.byHand;
  }
  sentence.textContent = said;
});

element.addEventListener('keydown', event => {
  if (event.key !== 'Escape' || shown().hidden) return;
  event.preventDefault();
  hide();
  element.querySelector('[data-copy]').focus();
});
document.addEventListener('pointerdown', event => {
  if (!element.contains(event.target)) hide();
});
