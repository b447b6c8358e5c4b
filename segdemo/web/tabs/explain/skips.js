// The handle between two masks: the browser alone moves it.
element.addEventListener('input', ({ target }) => {
  target.closest('.curtain').style.setProperty('--split', `${target.value}%`);
});

// A small mask: pressed, it says which skips are zeroed in it, and the large one comes into view.
element.addEventListener('click', event => {
  const pressed = event.target.closest('[data-zeroed]');
  if (!pressed) return;
  trigger('select', { zeroed: JSON.parse(pressed.dataset.zeroed) });
  document.querySelector('#skips-zeroed').scrollIntoView({ block: 'nearest' });
});
