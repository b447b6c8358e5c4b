// The handle between two masks: the browser alone moves it.
element.addEventListener('input', ({ target }) => {
  target.closest('.curtain').style.setProperty('--split', `${target.value}%`);
});

// An arrow: pressed, its skip is on or off at once; the server answers with the mask.
const switches = () => [...element.querySelectorAll('[role=switch]')];
let held = null; // the level whose switch has the focus, which a new drawing gives back
const flip = one => {
  held = one.dataset.level;
  one.setAttribute('aria-checked', one.getAttribute('aria-checked') === 'false');
  const off = switches().filter(other => other.getAttribute('aria-checked') === 'false');
  trigger('select', { zeroed: off.map(other => Number(other.dataset.level)) });
};
element.addEventListener('keydown', event => {
  const one = event.target.closest('[role=switch]');
  if (!one || event.key !== 'Enter' && event.key !== ' ') return;
  event.preventDefault();
  flip(one);
});
element.addEventListener('focusout', ({ relatedTarget }) => { if (relatedTarget) held = null; });
watch('value', () => {
  if (held) element.querySelector(`[data-level="${held}"]`)?.focus({ preventScroll: true });
});

// A small mask: pressed, it says which skips are zeroed in it, and the large one comes into view.
element.addEventListener('click', event => {
  const one = event.target.closest('[role=switch]');
  if (one) flip(one);
  const pressed = event.target.closest('[data-zeroed]');
  if (!pressed) return;
  trigger('select', { zeroed: JSON.parse(pressed.dataset.zeroed) });
  document.querySelector('#skips-zeroed').scrollIntoView({ block: 'nearest' });
});
