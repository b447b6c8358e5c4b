// Presenter mode: the page for a room, and keys for the story. All of it lives in the browser.
const root = document.documentElement;
let presenting = false;

const say = key => {
  const words = JSON.parse(element.querySelector('.presenter').dataset.words);
  element.querySelector('[role=status]').textContent = words[key];
};
const mark = () => {
  if (presenting) root.dataset.present = '1'; else delete root.dataset.present;
  element.querySelector('[data-present]').setAttribute('aria-pressed', presenting);
  if (window.lessonOpened && window.pageAddress) history.replaceState(null, '', window.pageAddress());
};
const present = on => {
  presenting = on;
  mark();
  say(on ? 'entered' : 'left');
};
const tell = detail => document.dispatchEvent(new CustomEvent('story', { detail }));
const seen = () => document.querySelector('.scene')?.offsetParent;

const ACTIONS = {
  p: () => present(!presenting),
  h: () => seen() && tell('guess'),
  r: () => seen() && tell('reveal'),
  n: () => seen() && tell('next'),
  b: () => seen() && tell('back'),
  Escape: () => presenting && present(false),
};
const WRITTEN_IN = 'textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=range])';

document.addEventListener('keydown', event => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest(WRITTEN_IN)) return;
  ACTIONS[event.key.length === 1 ? event.key.toLowerCase() : event.key]?.();
});
element.addEventListener('click', ({ target }) => {
  if (target.closest('[data-present]')) present(!presenting);
});
document.addEventListener('lesson', ({ detail }) => {
  window.lessonOpened = true; // from here on the address follows the page
  root.dataset.view = detail.show;
  root.dataset.layout = detail.layout;
  presenting = detail.present;
  mark();
});
