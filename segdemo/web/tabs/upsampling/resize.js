// Adds to the fields of #matrix a last row or column of zeros (1) or takes the last one away (-1),
// at once, so that a second click finds what the first one did. Gives the rows; those of a size
// that the fields cannot have too, for the server to refuse.
(rows, columns, mostRows, mostColumns) => {
  const fields = document.querySelector('#matrix tbody');
  const changed = fields.cloneNode(true);
  const change = (list, by) => {
    const last = list[list.length - 1];
    if (by < 0) last.remove();
    if (by > 0) {
      const more = last.cloneNode(true);
      more.querySelectorAll('input').forEach(input => { input.value = '0'; });
      last.after(more);
    }
  };
  change(changed.rows, rows);
  Array.from(changed.rows).forEach(row => change(row.cells, columns));
  const fits = (count, most) => count >= 1 && count <= most;
  const [first] = changed.rows;
  if (first && fits(changed.rows.length, mostRows) && fits(first.cells.length, mostColumns)) {
    fields.replaceWith(changed);
  }
  return changed.rows;
}
