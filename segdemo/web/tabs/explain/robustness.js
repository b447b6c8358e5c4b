// The photo, dragged or moved by arrow keys: where it goes is seen at once; where it is let go, the
// networks are asked. A shift has one direction: along the axis on which the photo went further.
const SIDE = 128;  // pixels that the networks read
const FARTHEST = 48;
let drag = null;  // where the pointer went down and where the photo was then, in pixels

const offset = picture => ['--right', '--down'].map(
  name => Number(picture.style.getPropertyValue(name)) * SIDE / 100);

const shiftOf = ([right, down]) => {
  const across = Math.abs(right) >= Math.abs(down);
  const along = across ? right : down;
  const pixels = Math.min(Math.round(Math.abs(along)), FARTHEST);
  const direction = across ? (along < 0 ? 'left' : 'right') : (along < 0 ? 'up' : 'down');
  return { pixels, direction };
};

const show = (picture, { pixels, direction }) => {
  const percent = 100 * pixels / SIDE * (['left', 'up'].includes(direction) ? -1 : 1);
  const across = ['left', 'right'].includes(direction);
  picture.dataset.axis = across ? 'across' : 'down';
  picture.style.setProperty('--right', across ? percent : 0);
  picture.style.setProperty('--down', across ? 0 : percent);
};

element.addEventListener('pointerdown', event => {
  const picture = event.target.closest('.draggable');
  if (!picture || !event.isPrimary || event.button !== 0) return;
  picture.setPointerCapture(event.pointerId);
  drag = { picture, x: event.clientX, y: event.clientY, from: offset(picture) };
});
element.addEventListener('pointermove', event => {
  if (!drag || !event.isPrimary) return;
  const { width, height } = drag.picture.getBoundingClientRect();
  const [right, down] = drag.from;
  drag.shift = shiftOf([
    right + (event.clientX - drag.x) / width * SIDE, down + (event.clientY - drag.y) / height * SIDE,
  ]);
  show(drag.picture, drag.shift);
});
for (const end of ['pointerup', 'pointercancel']) {
  element.addEventListener(end, event => {
    if (!drag || !event.isPrimary) return;
    if (drag.shift) trigger('select', drag.shift);
    drag = null;
  });
}

const MOVES = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
element.addEventListener('keydown', event => {
  const picture = event.target.closest('.draggable');
  if (!picture || !(event.key in MOVES)) return;
  const step = event.shiftKey ? 1 : 4;
  const [right, down] = offset(picture);
  const [x, y] = MOVES[event.key];
  // From one axis to the other by way of no shift at all.
  const turned = x ? [right + x * step, 0] : [0, down + y * step];
  const shift = shiftOf(turned);
  show(picture, shift);
  trigger('select', shift);
  event.preventDefault();
  event.stopPropagation();
});
