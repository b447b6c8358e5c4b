// The output grids: a click or the arrow keys choose the cell to inspect.
const STEPS = {
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
  Home: [0, -Infinity], End: [0, Infinity], PageUp: [-Infinity, 0], PageDown: [Infinity, 0],
};

const choose = cell => {
  const { rowIndex } = cell.parentNode;
  for (const old of element.querySelectorAll('[tabindex]')) {
    old.removeAttribute('tabindex');
    old.removeAttribute('aria-selected');
  }
  // Tab reaches the same cell in every grid; only one of them is under inspection.
  for (const grid of element.querySelectorAll('[role=grid]')) {
    const same = grid.rows[rowIndex].cells[cell.cellIndex];
    same.tabIndex = 0;
    same.setAttribute('aria-selected', same === cell);
  }
  cell.focus({ preventScroll: true });
  cell.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  trigger('select', {
    row: rowIndex, column: cell.cellIndex, aligned: cell.closest('table').dataset.align === 'true',
  });
};

element.addEventListener('click', event => {
  const cell = event.target.closest('[role=grid] td');
  if (cell) choose(cell);
});

element.addEventListener('keydown', event => {
  const cell = event.target.closest('[role=grid] td');
  if (!cell) return;
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    choose(cell);
  }
  if (!(event.key in STEPS)) return;
  event.preventDefault();
  const [down, along] = STEPS[event.key];
  const rows = cell.closest('table').rows;
  const within = (index, count) => Math.min(Math.max(index, 0), count - 1);
  const row = rows[within(cell.parentNode.rowIndex + down, rows.length)];
  choose(row.cells[within(cell.cellIndex + along, row.cells.length)]);
});
