// Presenter mode: the page for a room. Keys for the story and the lesson. All in the browser.
const root = document.documentElement;
let presenting = false;

const say = key => {
  const words = JSON.parse(element.querySelector('.presenter').dataset.words);
  element.querySelector('[role=status]').textContent = words[key];
};
// How much larger than on a desk: 32 px for a screen of 1080 lines. Charts, whose text has a size
// of its own, are enlarged by it.
const scale = () => {
  const rem = presenting ? parseFloat(getComputedStyle(root).fontSize) / 16 : 1;
  root.style.setProperty('--scale', Math.max(1, rem));
  window.dispatchEvent(new Event('fit'));
};
const mark = () => {
  if (presenting) root.dataset.present = '1'; else delete root.dataset.present;
  scale();
  element.querySelector('[data-present]').setAttribute('aria-pressed', presenting);
  window.followPage?.();
};
const present = on => {
  presenting = on;
  mark();
  say(on ? 'entered' : 'left');
};
const tell = detail => document.dispatchEvent(new CustomEvent('story', { detail }));
const lesson = detail => document.dispatchEvent(new CustomEvent('lesson-key', { detail }));
const seen = () => document.querySelector('.scene')?.offsetParent;
const reveal = () => {
  delete root.dataset.cover;
  if (seen()) tell('reveal');
  window.followPage?.();
};
const fullScreen = () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else root.requestFullscreen?.();
};

const ACTIONS = {
  p: () => present(!presenting),
  f: fullScreen,
  h: () => seen() && tell('guess'),
  r: reveal,
  n: () => seen() && tell('next'),
  b: () => seen() && tell('back'),
  a: () => lesson('answer'),
  Escape: () => presenting && present(false),
};
const CLICKER = { PageDown: 'forward', PageUp: 'back', ' ': 'forward' }; // while a lesson runs
const WRITTEN_IN = 'textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=range])';
const USES_SPACE = 'button, a, summary, input, canvas, [role], [tabindex]';

document.addEventListener('keydown', event => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest(WRITTEN_IN)) return;
  if (CLICKER[event.key] && root.dataset.step) {
    if (event.key === ' ' && event.target.closest(USES_SPACE)) return;
    event.preventDefault();
    lesson(CLICKER[event.key]);
    return;
  }
  ACTIONS[event.key.length === 1 ? event.key.toLowerCase() : event.key]?.();
});
element.addEventListener('click', ({ target }) => {
  if (target.closest('[data-present]')) present(!presenting);
});
window.addEventListener('resize', scale);
document.addEventListener('lesson-do', ({ detail }) => ({ reveal, fullScreen })[detail]());
document.addEventListener('lesson', ({ detail }) => {
  window.lessonOpened = true; // from here on the address follows the page
  root.dataset.view = detail.show;
  root.dataset.layout = detail.layout;
  if (!detail.reveal && detail.tab !== 'compare') root.dataset.cover = detail.tab;
  else delete root.dataset.cover;
  presenting = detail.present;
  mark();
});
