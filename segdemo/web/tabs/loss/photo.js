// A click on one of the pictures, or the arrow keys, choose the pixel that is worked out.
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const within = (value, side) => Math.min(Math.max(value, 1), side);
element.addEventListener('click', event => {
  const map = event.target.closest('.map');
  if (!map) return;
  const { left, top, width, height } = map.getBoundingClientRect();
  const side = Number(map.dataset.side);
  trigger('select', {
    row: within(Math.ceil((event.clientY - top) / height * side), side),
    column: within(Math.ceil((event.clientX - left) / width * side), side),
  });
});
element.addEventListener('keydown', event => {
  const pixel = event.target.closest('.pixel');
  if (!pixel || !(event.key in STEPS)) return;
  event.preventDefault();
  const side = Number(element.querySelector('.map').dataset.side), step = event.shiftKey ? 8 : 1;
  const [down, along] = STEPS[event.key];
  trigger('select', {
    row: within(Number(pixel.dataset.row) + step * down, side),
    column: within(Number(pixel.dataset.column) + step * along, side),
  });
});
