// The learning rate: evenly spaced on the slider, not in value. `teachRate` is what counts; it is kept
// when the language changes, and a lesson link may set it before the slider is there.
const root = document.documentElement;

const show = () => {
  const slider = element.querySelector('input');
  const rates = JSON.parse(slider.dataset.rates);
  const place = rates.indexOf(Number(root.dataset.teachRate ?? rates[slider.value]));
  if (place < 0) return;
  slider.value = place;
  slider.setAttribute('aria-valuetext', rates[place]);
  element.querySelector('output').value = rates[place];
};

element.addEventListener('input', ({ target }) => {
  if (target.type !== 'range') return;
  root.dataset.teachRate = JSON.parse(target.dataset.rates)[target.value];
  show();
  trigger('input');
});
document.addEventListener('teach-rate', show);
watch('value', show);
show();
