// A row of buttons of which one is open: a click, Enter or Space opens another one, the arrow
// keys go from one to the next.
const STEPS = {
  ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1, Home: -Infinity, End: Infinity,
};

const buttons = () => [...element.querySelectorAll('[data-layer]')];

const goTo = button => {
  for (const other of buttons()) other.setAttribute('tabindex', other === button ? 0 : -1);
  button.focus();
};

const open = button => {
  goTo(button);
  for (const other of buttons()) other.setAttribute('aria-pressed', other === button);
  trigger('select', { layer: button.dataset.layer });
};

element.addEventListener('click', event => {
  const button = event.target.closest('[data-layer]');
  if (button) open(button);
});

element.addEventListener('keydown', event => {
  const button = event.target.closest('[data-layer]');
  if (!button) return;
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    open(button);
  }
  if (!(event.key in STEPS)) return;
  event.preventDefault();
  const all = buttons();
  const place = all.indexOf(button) + STEPS[event.key];
  goTo(all[Math.min(Math.max(place, 0), all.length - 1)]);
});

// A drawing wider than the screen shows what is open in it.
watch('value', () => {
  const [scroll, opened] = ['.scroll', '[aria-pressed=true]'].map(it => element.querySelector(it));
  if (!scroll || !opened) return;
  const middle = box => box.left + box.width / 2;
  scroll.scrollLeft +=
    middle(opened.getBoundingClientRect()) - middle(scroll.getBoundingClientRect());
});
