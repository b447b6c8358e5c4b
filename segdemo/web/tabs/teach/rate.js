// The learning rate: evenly spaced on the slider, not in value.
let place = null;  // kept when the language changes

const show = () => {
  const slider = element.querySelector('input');
  const rates = JSON.parse(slider.dataset.rates);
  place ??= Number(slider.value);
  slider.value = place;
  slider.setAttribute('aria-valuetext', rates[place]);
  element.querySelector('output').value = rates[place];
};

element.addEventListener('input', ({ target }) => {
  if (target.type !== 'range') return;
  place = Number(target.value);
  show();
  trigger('input');
});
// From a lesson link.
element.closest('#teach-rate').addEventListener('rate', ({ detail }) => {
  const found = JSON.parse(element.querySelector('input').dataset.rates).indexOf(detail);
  if (found < 0 || found === place) return;
  place = found;
  show();
});
watch('value', show);
show();
