// Lays the newest frame over the board: pictures, numbers and curves change in place.
const calm = matchMedia('(prefers-reduced-motion: reduce)');
let newest = null;
let recorded = 0;  // until the next frame of a recording
let asked = 0;  // to wait for the board, which may come after its frame

const say = (place, text) => { if (place && place.textContent !== String(text)) place.textContent = text; };
const picture = (image, url) => {
  if (!image) return;
  image.hidden = !url;
  if (url && image.src !== url) image.src = url;
};

const drawNetwork = (board, key, network, still) => {
  const lane = board.querySelector(`[data-lane="${key}"]`);
  if (!lane) return;
  for (const [name, value] of Object.entries(network.values)) {
    say(lane.querySelector(`[data-value="${name}"]`), value);
  }
  say(lane.querySelector('[data-trouble]'), network.trouble);
  lane.classList.toggle('in-trouble', Boolean(network.trouble));
  if (!still) return;
  picture(lane.querySelector('[data-mask]'), network.mask);
  picture(lane.querySelector('[data-unsure]'), network.unsure);
};

// Two decades at least; a curve may pass the outermost line by a little, or a decade would be empty.
const A_LITTLE = 0.1;
const NOTHING = [0];  // what an empty chart is fitted to
const fitAxis = (board, powers) => {
  const chart = board.querySelector('svg[data-steps]');
  const steps = chart.dataset.steps;
  const top = Math.ceil(Math.max(...powers) - A_LITTLE);
  const low = Math.min(Math.floor(Math.min(...powers) + A_LITTLE), top - 2);
  const labels = board.querySelector('.decades');
  const decades = Array.from({ length: top - low + 1 }, (_, i) => Number(`1e${top - i}`));
  const html = decades.map(loss => `<li>${loss}</li>`).join('');
  if (labels.innerHTML !== html) {
    labels.innerHTML = html;
    chart.setAttribute('viewBox', `0 0 ${steps} ${top - low}`);
    chart.querySelector('.guides').innerHTML = decades.map((_, i) => `<path d="M0 ${i}H${steps}"/>`).join('');
  }
  return top;
};

const drawCurves = (board, networks) => {
  const powers = Object.values(networks).flatMap(({ curve }) => curve.map(([, power]) => power));
  const top = fitAxis(board, powers.length ? powers : NOTHING);
  const chart = board.querySelector('svg[data-steps]');
  const steps = Number(chart.dataset.steps);
  const last = Math.max(steps, ...Object.values(networks).map(({ curve }) => curve.at(-1)?.[0] ?? 0));
  say(board.querySelector('[data-last]'), last);
  for (const [key, { curve }] of Object.entries(networks)) {
    const points = curve.map(([step, power]) => `${step / last * steps},${top - power}`);
    chart.querySelector(`[data-curve="${key}"]`)?.setAttribute('points', points.join(' '));
  }
};

const draw = () => {
  const board = document.querySelector('#teach-board .lanes')?.closest('#teach-board');
  if (!board) return;
  if (!newest) return void fitAxis(board, NOTHING);
  const running = document.documentElement.dataset.teaching === 'training';
  const still = !(running && calm.matches);
  for (const [key, network] of Object.entries(newest.networks)) drawNetwork(board, key, network, still);
  drawCurves(board, newest.networks);
  if (newest.strokes) picture(board.querySelector('[data-strokes]'), newest.strokes);
  if (newest.said) say(board.querySelector('.said'), newest.said);
};

// Nobody has learnt anything: the board is the same, so that nobody else empties it.
const clear = () => {
  newest = null;
  document.documentElement.dataset.teaching = '';
  const board = document.getElementById('teach-board');
  for (const value of board.querySelectorAll('[data-value]')) say(value, '–');
  for (const words of board.querySelectorAll('.said, [data-trouble]')) say(words, '');
  for (const lane of board.querySelectorAll('.in-trouble')) lane.classList.remove('in-trouble');
  for (const image of board.querySelectorAll('img')) image.removeAttribute('src');
  for (const curve of board.querySelectorAll('[data-curve]')) curve.removeAttribute('points');
  draw();
};

const take = frame => {
  newest = frame;
  if (frame.state) document.documentElement.dataset.teaching = frame.state;
  cancelAnimationFrame(asked);
  asked = requestAnimationFrame(draw);
};

// A recorded run, from the start again and again, until the visitor's own begins.
const play = (frames, index) => {
  take(calm.matches ? frames.at(-1) : frames[index]);
  if (!calm.matches) recorded = setTimeout(play, 400, frames, (index + 1) % frames.length);
};

const receive = () => {
  clearTimeout(recorded);
  if (!props.value) return clear();
  const frame = JSON.parse(props.value);
  if (frame.recorded) return play(frame.recorded, 0);
  if (newest?.run === frame.run && frame.rounds < newest.rounds) return;  // it was overtaken
  take(frame);
};

watch('value', receive);
document.addEventListener('teach-board', draw);
