// The large view: two pictures of the row under one handle. The browser alone changes them.
const show = (side, name) => {
  const small = element.querySelector(`[data-name="${name}"] img`);
  const large = element.querySelectorAll('.curtain img');
  large[side === 'left' ? 0 : 1].src = small.src;
  element.querySelector(`[data-side="${side}"]`).value = name;
};

element.addEventListener('input', ({ target }) => {
  if (target.type === 'range') target.closest('.curtain').style.setProperty('--split', `${target.value}%`);
});

element.addEventListener('change', ({ target }) => {
  if (target.dataset.side) show(target.dataset.side, target.value);
});

// A small picture: pressed, it is the right one of the large view.
element.addEventListener('click', event => {
  const pressed = event.target.closest('[data-name]');
  if (!pressed) return;
  show('right', pressed.dataset.name);
  element.querySelector('.domains-large').scrollIntoView({ block: 'nearest' });
});
