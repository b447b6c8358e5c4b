// The lesson's bar, and every move from one state of the page to another without loading it:
// the server is handed a link's query and answers with what changes.
const root = document.documentElement;
const $ = selector => element.querySelector(selector);
const steps = () => [...element.querySelectorAll('[data-step]')];
const at = () => steps().findIndex(one => one.dataset.step === root.dataset.step);

const open = query => trigger('select', { query });
// A move of the visitor's own: the browser's Back leads to where he was.
const go = parameters => {
  const query = new URLSearchParams(parameters);
  query.set('lang', root.lang || 'en');
  if (root.dataset.present) query.set('present', '1');
  history.pushState(null, '', `?${query}`);
  open(String(query));
};
const goTo = index => {
  const step = steps()[index];
  if (step) go({ step: step.dataset.step });
  else if (index > 0) finish();
};
const finish = () => {
  $('.finished').hidden = false;
  $('[role=status]').textContent = $('.finished').textContent;
};
const end = () => {
  const query = new URLSearchParams(location.search);
  query.delete('step');
  query.delete('reveal');
  go(query);
};

// The page leaves the bar its room, however its words are wrapped.
const sized = new ResizeObserver(([{ target }]) => root.style.setProperty('--bar', `${target.offsetHeight}px`));
let shown = ''; // the step whose words are on the bar
const draw = () => {
  const bar = $('.lesson-bar'), index = at(), all = steps();
  if (!bar) return;
  sized.disconnect();
  sized.observe(bar);
  bar.hidden = index < 0;
  all.forEach((one, place) => { one.hidden = place !== index; });
  if (index < 0) { shown = ''; return; }
  const name = all[index].dataset.step;
  if (shown !== name) {
    answer(false);
    $('.finished').hidden = true;
  }
  $('[data-do=previous]').disabled = index === 0;
  $('[data-do=next]').disabled = index === all.length - 1;
  $('[data-do=reveal]').disabled = !(root.dataset.guess || root.dataset.cover);
  if (shown !== name) $('[role=status]').textContent =
    `${all[index].querySelector('.where').textContent} ${all[index].querySelector('h2').textContent}`;
  shown = name;
};
const answer = on => {
  for (const one of element.querySelectorAll('.expected')) one.hidden = !on;
  $('[data-do=answer]')?.setAttribute('aria-pressed', on);
};

const tell = detail => document.dispatchEvent(new CustomEvent('lesson-do', { detail }));
// What a clicker's one key does: reveal what is covered, then the next method, then the next step.
const forward = () => {
  if (root.dataset.cover || root.dataset.guess && root.dataset.guess !== 'open') { tell('reveal'); return; }
  const notch = document.querySelector('.notch');
  if (root.dataset.guess && notch?.offsetParent && notch.value !== notch.max) {
    document.dispatchEvent(new CustomEvent('story', { detail: 'next' }));
    return;
  }
  goTo(at() + 1);
};
const ACTIONS = {
  previous: () => goTo(at() - 1),
  back: () => goTo(at() - 1),
  next: () => goTo(at() + 1),
  forward,
  reveal: () => tell('reveal'),
  fullScreen: () => tell('fullScreen'),
  answer: () => { answer($('.expected').hidden); draw(); },
  end,
};

element.addEventListener('click', ({ target }) => {
  const button = target.closest('[data-do]');
  if (button) ACTIONS[button.dataset.do]();
});
document.addEventListener('lesson-key', ({ detail }) => { if (at() >= 0) ACTIONS[detail](); });
document.addEventListener('click', event => {
  const link = event.target.closest('a[data-open]');
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const asked = new URLSearchParams(link.getAttribute('href'));
  // A link within what is seen changes that alone.
  go(link.dataset.open === 'and' ? { ...Object.fromEntries(new URLSearchParams(location.search)), ...Object.fromEntries(asked) } : asked);
});
window.addEventListener('popstate', () => open(location.search.slice(1)));
new MutationObserver(draw).observe(root, {
  attributes: true, attributeFilter: ['data-step', 'data-guess', 'data-cover', 'data-present'],
});
watch('value', () => { shown = ''; draw(); });
draw();
