// Presenter mode: one stage at a time, answers covered until the class has guessed. All of it
// lives here, in the browser; the cards, drawn anew with every answer, are marked as they come.
const root = document.documentElement;
let presenting = false, guessing = false;
let alone = null; // the stage shown by itself
let revealed = new Set();

const cards = () => [...document.querySelectorAll('#cards .card')];
const name = card => card.dataset.stage ?? 'truth';
const onShow = () => cards().filter(card => !alone || name(card) === alone);
const seen = () => document.querySelector('#cards')?.offsetParent;

const say = (key, values = {}) => {
  const words = JSON.parse(element.querySelector('.presenter').dataset.words)[key];
  element.querySelector('[role=status]').textContent =
    words.replace(/{(\w+)}/g, (_, value) => values[value]);
};

const mark = () => {
  const flag = (key, on) => on ? root.dataset[key] = '1' : delete root.dataset[key];
  flag('present', presenting);
  flag('guess', guessing);
  flag('alone', alone);
  for (const card of cards()) {
    card.classList.toggle('away', Boolean(alone) && name(card) !== alone);
    card.classList.toggle('covered', guessing && !revealed.has(name(card)));
  }
  element.querySelector('[data-present]').setAttribute('aria-pressed', presenting);
  element.querySelector('[data-guess]').setAttribute('aria-pressed', guessing);
  if (window.lessonOpened && window.pageAddress) history.replaceState(null, '', window.pageAddress());
};
// Where only words change, Gradio keeps a card's element and writes its classes over.
new MutationObserver(() => { if (presenting || guessing) mark(); })
  .observe(document.body, { childList: true, subtree: true, attributeFilter: ['class'] });

const present = on => {
  presenting = on;
  alone = null;
  mark();
  say(on ? 'entered' : 'left');
};

const guess = on => {
  guessing = on;
  revealed = new Set();
  mark();
  say(on ? 'covered' : 'uncovered');
};

const step = by => {
  const names = cards().map(name);
  if (!names.length) return;
  const at = alone ? names.indexOf(alone) + by : by > 0 ? 0 : names.length - 1;
  alone = names[at] ?? null; // past either end: all of them again
  mark();
  onShow()[0].scrollIntoView({ block: 'nearest' });
  const title = alone && onShow()[0].querySelector('h3').textContent;
  say(alone ? 'stage' : 'all', { number: at + 1, count: names.length, title });
};

const reveal = card => {
  if (!card) return;
  revealed.add(name(card));
  if (cards().every(one => revealed.has(name(one)))) guessing = false;
  mark();
  say('revealed', {
    title: card.querySelector('h3').textContent,
    answer: card.querySelector('[role=img]')?.ariaLabel ?? '',
  });
};
const revealNext = () => reveal(onShow().find(card => card.matches('.covered')));

const ACTIONS = {
  p: () => present(!presenting),
  h: () => guess(!guessing),
  r: () => guessing && seen() && revealNext(),
  n: () => presenting && seen() && step(1),
  b: () => presenting && seen() && step(-1),
  Escape: () => presenting && present(false),
};
ACTIONS.ArrowRight = ACTIONS.n;
ACTIONS.ArrowLeft = ACTIONS.b;

const WRITTEN_IN = 'textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])';
const MOVED_IN = 'input, [role=grid], [role=tablist], [role=slider], [role=img], [tabindex="0"]';

document.addEventListener('keydown', event => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const { target, key } = event;
  if (target.closest(WRITTEN_IN)) return;
  if (key.startsWith('Arrow') && target.closest(MOVED_IN)) return;
  const action = ACTIONS[key.length === 1 ? key.toLowerCase() : key];
  if (action) action();
});

element.addEventListener('click', ({ target }) => {
  if (target.closest('[data-present]')) present(!presenting);
  if (target.closest('[data-guess]')) guess(!guessing);
});

document.addEventListener('click', ({ target }) => {
  const cover = target.closest('#cards .cover');
  if (cover) {
    reveal(cover.closest('.card'));
    onShow().find(card => card.matches('.covered'))?.querySelector('.cover').focus();
  }
  const link = target.closest('#lesson-plan a');
  if (link && presenting) { // the next step of the lesson is presented too
    const there = new URL(link.href);
    there.searchParams.set('present', '1');
    link.href = there;
  }
});

document.addEventListener('lesson', ({ detail }) => {
  window.lessonOpened = true; // from here on the address follows the page
  root.dataset.view = detail.show;
  presenting = detail.present;
  guessing = !detail.reveal;
  mark();
});
