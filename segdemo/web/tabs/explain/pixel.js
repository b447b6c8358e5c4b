// One pixel for all pictures: a click, a drag or the arrow keys choose it.
const LAST = 127, FAR = 8;
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const board = element.closest('#pixel');

const photo = () => element.querySelector('[data-row]');

const choose = (row, column) => {
  const within = place => String(Math.min(Math.max(Math.floor(place), 0), LAST));
  const chosen = { row: within(row), column: within(column) };
  const { dataset } = photo();
  if (dataset.row === chosen.row && dataset.column === chosen.column) return;
  Object.assign(dataset, chosen);
  board.style.setProperty('--row', chosen.row);
  board.style.setProperty('--column', chosen.column);
  trigger('input');
};

const point = event => {
  const map = event.target.closest('.pixel-map');
  if (!map) return;
  const { left, top, width, height } = map.getBoundingClientRect();
  choose(
    (LAST + 1) * (event.clientY - top) / height,
    (LAST + 1) * (event.clientX - left) / width,
  );
  photo().focus({ preventScroll: true });
};

// A finger that moves scrolls the page; a mouse or a pen drags the pixel along.
const drag = event => {
  if (event.pointerType !== 'touch' && event.buttons & 1) point(event);
};
board.addEventListener('pointerdown', drag);
board.addEventListener('pointermove', drag);
board.addEventListener('click', point);

board.addEventListener('keydown', event => {
  if (!(event.key in STEPS) || !photo()) return;
  event.preventDefault();
  const far = event.shiftKey ? FAR : 1;
  const [down, along] = STEPS[event.key];
  const { row, column } = photo().dataset;
  choose(Number(row) + far * down, Number(column) + far * along);
});
