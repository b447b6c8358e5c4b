// The points u, v, p, q: dragged along the axis or moved by the arrow keys. Where they are is
// told as if it were typed; the server draws the rest.
const STEP = 0.01;
const KEYS = {
  ArrowLeft: -STEP, ArrowDown: -STEP, ArrowRight: STEP, ArrowUp: STEP,
  PageDown: -10 * STEP, PageUp: 10 * STEP, Home: -Infinity, End: Infinity,
};
let dragged = null;

const move = (point, position) => {
  const value = String(Number(Math.min(Math.max(position, 0), 1).toFixed(2)));
  if (props.value.texts[point] !== value) tell({ [point]: value });
};

element.addEventListener('pointerdown', event => {
  const mark = event.target.closest('[data-point]');
  if (!mark) return;
  event.preventDefault();
  mark.focus({ preventScroll: true });
  dragged = mark.dataset.point;
  element.setPointerCapture(event.pointerId);
});

element.addEventListener('pointermove', event => {
  if (!dragged) return;
  const svg = element.querySelector('svg');
  const { x } = new DOMPoint(event.clientX, event.clientY)
    .matrixTransform(svg.getScreenCTM().inverse());
  const { left, right } = svg.dataset;
  move(dragged, (x - left) / (right - left));
});

for (const end of ['pointerup', 'pointercancel']) {
  element.addEventListener(end, () => { dragged = null; });
}

element.addEventListener('keydown', event => {
  const mark = event.target.closest('[data-point]');
  if (!mark || !(event.key in KEYS)) return;
  event.preventDefault();
  move(mark.dataset.point, Number(mark.getAttribute('aria-valuenow')) + KEYS[event.key]);
});
