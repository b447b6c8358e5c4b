// Says what each example's button shows; Gradio draws them late, and again when they change.
const column = element.closest('#compare-inputs');

const name = () => {
  const names = JSON.parse(element.querySelector('[data-names]').dataset.names);
  column.querySelectorAll('.gallery-item').forEach((button, index) => {
    button.setAttribute('aria-label', names[index]);
  });
};

new MutationObserver(name).observe(column, { childList: true, subtree: true });
watch('value', name);
name();
