// The player of "watch it learn": slider and button choose the moment, CSS shows its tiles.
const STEP = 350; // milliseconds a frame
let timer = null;

const show = slider => {
  const share = slider.max > 0 ? slider.value / slider.max : 1;
  for (const film of element.querySelectorAll('[data-captions]')) {
    const captions = JSON.parse(film.dataset.captions);
    const frame = Math.round(share * (captions.length - 1));
    film.style.setProperty('--frame', frame);
    film.querySelector('figcaption span').textContent = captions[frame];
  }
  const said = `${Math.round(100 * share)}%`;
  slider.setAttribute('aria-valuetext', said);
  slider.parentNode.querySelector('span').textContent = said;
};

const pause = () => {
  clearInterval(timer);
  timer = null;
  const button = element.querySelector('.film-controls button');
  button?.classList.remove('playing');
  button?.setAttribute('aria-label', button.dataset.play);
};

const play = button => {
  const slider = element.querySelector('.film-controls input');
  if (slider.value === slider.max) {
    slider.value = 0;
    show(slider);
  }
  button.classList.add('playing');
  button.setAttribute('aria-label', button.dataset.pause);
  timer = setInterval(() => {
    if (!slider.isConnected || !slider.offsetParent) return pause(); // another language or tab
    slider.stepUp();
    show(slider);
    if (slider.value === slider.max) pause();
  }, STEP);
};

element.addEventListener('click', event => {
  const button = event.target.closest('.film-controls button');
  if (!button) return;
  if (timer) pause();
  else play(button);
});

element.addEventListener('input', event => {
  if (event.target.type !== 'range') return;
  pause();
  show(event.target);
});
