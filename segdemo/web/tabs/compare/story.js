// The story: one photo, the method of each notch over it. What is shown comes from the cards of
// the strip below, which the server draws anew with every answer.
const root = document.documentElement;
const $ = selector => element.querySelector(selector);
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const PET = [213, 94, 0];
let chosen = element.querySelector('.story') && 'kmeans';
let shown = ''; // what the picture shows now, to cross-fade only when it changes
let playing = null; // the timer of *Play the story*
let guessing = false, revealed = false, painted = false;

const cards = () => [...document.querySelectorAll('#cards .card[data-stage]')];
const card = () => cards().find(one => one.dataset.stage === chosen) ?? cards()[0];
const texts = () => JSON.parse($('.story').dataset.texts);
const fill = (text, values) => text.replace(/{(\w+)}/g, (_, name) => values[name] ?? '');
const covered = () => guessing && !revealed;

const crossFade = source => {
  const [back, front] = element.querySelectorAll('.hero > .mask');
  if (shown === source) return;
  shown = source;
  const next = front.classList.contains('on') ? back : front;
  const last = next === front ? back : front;
  if (source) next.src = source; else next.removeAttribute('src');
  next.classList.toggle('on', Boolean(source));
  last.classList.remove('on');
};

let counting = 0;
const count = (to, from, digits) => {
  cancelAnimationFrame(counting);
  const value = $('.value'), began = performance.now();
  if (to === null) { value.textContent = '–'; return; }
  const step = now => {
    const part = calm.matches ? 1 : Math.min(1, (now - began) / 400);
    value.textContent = (from + (to - from) * part).toFixed(digits);
    if (part < 1) counting = requestAnimationFrame(step);
  };
  step(performance.now());
};

const price = (one, name) => {
  const row = $(`[data-price=${name}]`), { dataset } = one;
  const key = name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
  const amount = Number(dataset[key]), text = dataset[`${key}Text`];
  // Logarithmic: parameters from 1 k to 100 M, multiply-adds from 100 M to 20 G.
  const share = name === 'receptive-field' ? amount / 128
    : amount && Math.log10(amount / (name === 'parameters' ? 1e3 : 1e7)) / (name === 'parameters' ? 5.1 : 3.4);
  row.querySelector('i').style.width = `${100 * Math.max(0, Math.min(1, share))}%`;
  row.querySelector('.amount').textContent = text;
};

// The receptive fields that are smaller than the photo, each as a box; the chosen method's stands out.
const side = one => Number(one.dataset.receptiveField);
const windows = (all, one) => {
  const narrow = all.filter(other => side(other) < 128 && other.dataset.stage !== 'kmeans');
  const html = !narrow.includes(one) ? '' : narrow.map(other =>
    `<i class="field${other === one ? ' on' : ''}" data-side="${side(other)}×${side(other)}" style="--side:${100 * side(other) / 128}%"></i>`
  ).join('');
  if ($('.fields').dataset.html !== html) $('.fields').innerHTML = html;
  $('.fields').dataset.html = html;
};

const truthSource = () => document.querySelector('#cards .card.truth .mask')?.src;

const wipe = () => {
  const source = truthSource(), slider = $('.wipe'), layer = $('.truth');
  slider.hidden = layer.hidden = !source || covered();
  if (!source) return;
  const image = layer.querySelector('img');
  if (image.src !== source) image.src = source;
  layer.style.clipPath = `inset(0 0 0 ${slider.value}%)`;
  layer.style.setProperty('--at', `${slider.value}%`);
};

const draw = () => {
  const all = cards(), one = card();
  if (!one || !$('.story')) return;
  const { dataset } = one, notch = $('.notch');
  const before = Number($('.value').textContent) || 0;
  notch.max = all.length;
  notch.value = all.indexOf(one) + 1;
  const title = one.querySelector('h3').textContent;
  notch.setAttribute('aria-valuetext', title);
  $('.notches').hidden = $('[data-play]').hidden = all.length < 2; // one method is no story
  $('.notches ol').innerHTML = all.map(({ dataset }) => `<li>${dataset.number}</li>`).join('');
  $('.step').textContent = dataset.number;
  $('.title').textContent = title;
  const mask = one.querySelector('.mask');
  crossFade(mask && !covered() ? mask.src : '');
  const hero = $('.hero');
  hero.setAttribute('aria-label', covered() ? title : one.querySelector('[role=img]')?.ariaLabel ?? title);
  hero.classList.toggle('clusters', dataset.stage === 'kmeans');
  const score = dataset.score === undefined || covered() ? null : Number(dataset.score);
  if ($('.score').dataset.of !== `${dataset.stage} ${score}`) count(score, before, dataset.scoreKind === 'test' ? 3 : 2);
  $('.score').dataset.of = `${dataset.stage} ${score}`;
  $('.value').classList.toggle('flattered', dataset.scoreKind === 'flattered');
  const kind = score !== null ? dataset.scoreKind : dataset.stage === 'kmeans' && mask && !covered() && 'none';
  $('.kind').innerHTML = kind ? JSON.parse($('.story').dataset.kinds)[kind] : '';
  $('.waiting').textContent = covered() ? '' : one.querySelector('.picture .state')?.textContent ?? '';
  for (const name of ['fixes', 'wrong']) {
    $(`.${name}`).textContent = one.querySelector(`.${name}`).textContent;
    $(`.${name}`).hidden = covered();
  }
  for (const name of ['parameters', 'multiply-adds', 'receptive-field']) price(one, name);
  windows(all, one);
  for (const other of all) {
    other.classList.toggle('chosen', other === one);
    other.querySelector('.choose').setAttribute('aria-pressed', other === one);
  }
  root.dataset.storyStage = dataset.stage; // for the address and for what belongs to one method
  if (guessing) root.dataset.guess = revealed ? 'open' : 'covered';
  else delete root.dataset.guess;
  $('.guess').hidden = !guessing || dataset.stage === 'kmeans';
  $('.question').hidden = !guessing;
  $('.question').textContent =
    fill(texts()[dataset.stage === 'kmeans' ? 'guess-clusters' : 'question'], { stage: title });
  $('[data-guess-start]').setAttribute('aria-pressed', guessing);
  $('[data-reveal]').hidden = !covered() || !mask;
  $('[data-clear]').hidden = !covered() || !painted;
  $('[data-play]').textContent = texts()[playing ? 'pause' : 'play'];
  wipe();
};

// Where the strip is wider than the screen, it shows the chosen method: the page stays where it is.
const follow = () => {
  const row = document.getElementById('cards'), one = card().getBoundingClientRect(), { left, width } = row.getBoundingClientRect();
  row.scrollBy({ left: one.left + one.width / 2 - left - width / 2, behavior: calm.matches ? 'auto' : 'smooth' });
};
const choose = stage => {
  if (stage === chosen) return;
  chosen = stage;
  revealed = false;
  clear();
  draw();
  follow();
  trigger('select', { stage });
};
const step = by => {
  const all = cards(), at = all.indexOf(card()) + by;
  if (all[at]) choose(all[at].dataset.stage);
  return Boolean(all[at]);
};

const stop = () => { clearInterval(playing); playing = null; };
const play = () => {
  if (playing) { stop(); draw(); return; }
  guessing = false;
  choose(cards()[0]?.dataset.stage);
  $('.stack').scrollIntoView({ block: 'nearest', behavior: calm.matches ? 'auto' : 'smooth' });
  playing = setInterval(() => { if (!step(1)) { stop(); draw(); } }, 2500);
  draw();
};

// Guess first: paint where the method will say pet; the reveal lays both over each other.
const canvas = () => $('.guess');
const clear = () => {
  painted = false;
  const paper = canvas();
  paper?.getContext('2d').clearRect(0, 0, paper.width, paper.height);
  paper?.style.removeProperty('--cursor');
  if ($('.result')) $('.result').textContent = '';
};
const dab = (x, y) => {
  if (!covered()) return;
  const paint = canvas().getContext('2d');
  paint.fillStyle = '#fff';
  paint.beginPath();
  paint.arc(x, y, 7, 0, 2 * Math.PI);
  paint.fill();
  painted = true;
  $('[data-clear]').hidden = false;
};
const place = event => {
  const { left, top, width, height } = canvas().getBoundingClientRect();
  return [128 * (event.clientX - left) / width, 128 * (event.clientY - top) / height];
};
const petPixels = image => {
  const paper = new OffscreenCanvas(128, 128), context = paper.getContext('2d');
  context.imageSmoothingEnabled = false;
  context.drawImage(image, 0, 0, 128, 128);
  const { data } = context.getImageData(0, 0, 128, 128);
  return Array.from({ length: 128 * 128 }, (_, i) => PET.every((value, c) => data[4 * i + c] === value));
};
const reveal = () => {
  if (!covered()) return;
  const image = card().querySelector('.mask');
  if (!image) return;
  revealed = true;
  draw();
  if (!painted || chosen === 'kmeans') return;
  const { data } = canvas().getContext('2d').getImageData(0, 0, 128, 128);
  let both = 0, either = 0;
  petPixels(image).forEach((pet, i) => {
    const guess = data[4 * i + 3] > 127;
    both += pet && guess;
    either += pet || guess;
  });
  const percent = Math.round(100 * both / either);
  $('.result').textContent = either ? fill(texts().guessed, { percent }) : texts()['no-pet'];
};
const guess = on => {
  stop();
  guessing = on;
  revealed = false;
  clear();
  draw();
};

let cursor = [64, 64];
const ARROWS = { ArrowLeft: [-4, 0], ArrowRight: [4, 0], ArrowUp: [0, -4], ArrowDown: [0, 4] };
element.addEventListener('keydown', event => {
  if (event.target !== canvas()) return;
  const by = ARROWS[event.key];
  if (by) cursor = cursor.map((value, axis) => Math.max(0, Math.min(127, value + by[axis])));
  if (by && event.shiftKey || event.key === ' ') dab(...cursor);
  if (!by && event.key !== ' ') return;
  event.preventDefault();
  canvas().style.setProperty('--cursor', `${100 * cursor[0] / 128}% ${100 * cursor[1] / 128}%`);
});
let pressed = false;
element.addEventListener('pointerdown', event => {
  if (event.target !== canvas()) return;
  event.preventDefault();
  pressed = true;
  event.target.setPointerCapture(event.pointerId);
  dab(...place(event));
});
element.addEventListener('pointermove', event => { if (pressed) dab(...place(event)); });
element.addEventListener('pointerup', () => { pressed = false; });

element.addEventListener('input', ({ target }) => {
  if (target.matches('.wipe')) { target.classList.remove('untried'); wipe(); }
  if (target.matches('.notch')) {
    stop();
    choose(cards()[target.value - 1]?.dataset.stage);
  }
});
element.addEventListener('click', ({ target }) => {
  if (target.closest('[data-play]')) play();
  if (target.closest('[data-guess-start]')) guess(!guessing);
  if (target.closest('[data-reveal]')) reveal();
  if (target.closest('[data-clear]')) { clear(); draw(); }
});
document.addEventListener('click', ({ target }) => {
  const button = target.closest('#cards .choose');
  if (button) { stop(); choose(button.closest('.card').dataset.stage); }
});
// From keys, the lesson and links: next, back, reveal, guess, or the name of a method.
document.addEventListener('story', ({ detail }) => {
  if (detail === 'next' || detail === 'back') { stop(); step(detail === 'next' ? 1 : -1); }
  if (detail === 'reveal') reveal();
  if (detail === 'guess') guess(!guessing);
});
document.addEventListener('story-open', ({ detail }) => { chosen = detail; draw(); });
document.addEventListener('lesson', ({ detail }) => { guess(detail.tab === 'compare' && !detail.reveal); });

// Gradio changes a card in place where it can: words and attributes, not elements.
new MutationObserver(draw).observe(document.getElementById('cards') ?? document.body, {
  childList: true, subtree: true, characterData: true, attributeFilter: ['class', 'src', 'data-score'],
});
watch('value', draw);
draw();
