element.addEventListener('click', event => {
  const button = event.target.closest('[data-example]');
  if (button) trigger('select', { example: button.dataset.example });
});
