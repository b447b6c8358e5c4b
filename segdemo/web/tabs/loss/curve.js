// The point on -log p: dragged, or moved by the arrow keys; the server draws the rest.
const MOVES = { ArrowLeft: -0.01, ArrowDown: -0.01, ArrowRight: 0.01, ArrowUp: 0.01, PageDown: -0.1, PageUp: 0.1 };
let held = false;
const say = p => trigger('input', { p: Number(Math.min(Math.max(p, 0), 1).toFixed(3)) });
element.addEventListener('pointerdown', event => {
  const grab = event.target.closest('.grab');
  if (!grab) return;
  event.preventDefault();
  grab.focus({ preventScroll: true });
  held = true;
  element.setPointerCapture(event.pointerId);
});
element.addEventListener('pointermove', event => {
  if (!held) return;
  const svg = element.querySelector('.log-curve');
  const { x } = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const { left, right } = svg.dataset;
  say((x - left) / (right - left));
});
for (const end of ['pointerup', 'pointercancel']) element.addEventListener(end, () => { held = false; });
element.addEventListener('keydown', event => {
  const grab = event.target.closest('.grab');
  if (!grab || !(event.key in MOVES)) return;
  event.preventDefault();
  say(Number(grab.getAttribute('aria-valuenow')) + MOVES[event.key]);
});
