// The header's link: the page's address, copied, and shown for those who copy by hand.
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

element.addEventListener('click', async event => {
  if (!event.target.closest('[data-copy]')) return;
  const [field, sentence] = shown().querySelectorAll('input, p');
  shown().hidden = false;
  field.value = location.href; // address.js keeps it up to date
  const { byHand, copied, withoutPhoto } = sentence.dataset;
  const said = document.documentElement.dataset.ownPhoto ? withoutPhoto : copied;
  sentence.textContent = await copy(field) ? said : byHand;
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
