// What is shown at once asks for what takes longer.
watch('value', () => {
  if (element.querySelector('[data-ask]')) trigger('select');
});
