// Labels painted over a photo with mouse, finger or keyboard. The labels are the state; the canvas
// only shows them. Python reads `painting` of the element `.mask-editor`: labels run-length coded.
const BLANK = 3;
const KEPT_STEPS = 40;  // that can be taken back
const MOVES = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

const chosen = { label: null, tool: 'brush' };
let editor, canvas, context, photo, suggestion, inks, labels, image, shown;
let fromPrediction = false;  // whether the labels began as the suggestion
let past = [];
let pen = null;  // where the brush was last put down, [x, y] in pixels, while it is down
let keys = null;  // where the keyboard's brush is
let dirty = false;  // painted since it was last sent

const at = (x, y) => y * canvas.width + x;
const within = (value, most) => Math.min(Math.max(value, 0), most);
const thickness = () => {
  const percent = editor.querySelector('[data-thickness]').value;
  return Math.max(1, Math.max(canvas.width, canvas.height) * percent / 100);
};

const toRuns = () => {
  const runs = [];
  for (let start = 0, i = 1; i <= labels.length; i++) {
    if (i < labels.length && labels[i] === labels[start]) continue;
    runs.push(labels[start], i - start);
    start = i;
  }
  return runs.join(' ');
};

const fromRuns = text => {
  const runs = text.split(' ').map(Number);
  const unrolled = new Uint8Array(canvas.width * canvas.height);
  for (let i = 0, start = 0; i < runs.length; i += 2) {
    unrolled.fill(runs[i], start, start += runs[i + 1]);
  }
  return unrolled;
};

const show = (left = 0, top = 0, right = canvas.width, bottom = canvas.height) => {
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) shown[at(x, y)] = inks[labels[at(x, y)]];
  }
  context.putImageData(image, 0, 0, left, top, right - left, bottom - top);
};

const reflect = () => {
  for (const [kind, value] of Object.entries(chosen)) {
    for (const button of editor.querySelectorAll(`[data-${kind}]`)) {
      button.setAttribute('aria-pressed', button.dataset[kind] === String(value));
    }
  }
  editor.querySelector('[data-do=undo]').disabled = !past.length;
};

const send = () => {
  dirty = false;
  editor.painting = { photo, runs: toRuns(), fromPrediction };
  trigger('input');
};

const remember = () => {
  past.push({ labels: labels.slice(), fromPrediction });
  if (past.length > KEPT_STEPS) past.shift();
  reflect();
};

const replace = (next, isPrediction) => {
  remember();
  labels = next;
  fromPrediction = isPrediction;
  show();
  send();
};

// From one point to another, as thick as the brush.
const stroke = ([x0, y0], [x1, y1]) => {
  const radius = thickness() / 2;
  const left = within(Math.floor(Math.min(x0, x1) - radius), canvas.width);
  const right = within(Math.ceil(Math.max(x0, x1) + radius), canvas.width);
  const top = within(Math.floor(Math.min(y0, y1) - radius), canvas.height);
  const bottom = within(Math.ceil(Math.max(y0, y1) + radius), canvas.height);
  const [dx, dy] = [x1 - x0, y1 - y0];
  const squared = dx * dx + dy * dy || 1;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const [px, py] = [x + 0.5 - x0, y + 0.5 - y0];
      const along = within((px * dx + py * dy) / squared, 1);
      const distance = Math.hypot(px - along * dx, py - along * dy);
      if (distance <= Math.max(radius, Math.SQRT1_2)) labels[at(x, y)] = chosen.label;
    }
  }
  show(left, top, right, bottom);
  dirty = true;
};

const fill = ([px, py]) => {
  const first = at(within(Math.floor(px), canvas.width - 1), within(Math.floor(py), canvas.height - 1));
  const old = labels[first];
  if (old === chosen.label) return;
  remember();
  const waiting = [first];
  while (waiting.length) {
    const here = waiting.pop();
    if (labels[here] !== old) continue;
    labels[here] = chosen.label;
    const x = here % canvas.width;
    if (x > 0) waiting.push(here - 1);
    if (x < canvas.width - 1) waiting.push(here + 1);
    if (here >= canvas.width) waiting.push(here - canvas.width);
    if (here + canvas.width < labels.length) waiting.push(here + canvas.width);
  }
  show();
  send();
};

const undo = () => {
  if (!past.length) return;
  ({ labels, fromPrediction } = past.pop());
  reflect();
  show();
  send();
};

const press = point => {
  if (chosen.tool === 'fill') return fill(point);
  remember();
  pen = point;
  stroke(point, point);
};

const move = point => {
  showBrush(point);
  if (!pen) return;
  stroke(pen, point);
  pen = point;
};

const lift = () => {
  pen = null;
  editor.querySelector('.brush').classList.remove('down');
  if (dirty) send();
};

const showBrush = ([x, y]) => {
  const ring = editor.querySelector('.brush');
  ring.hidden = false;
  ring.style.left = `${100 * x / canvas.width}%`;
  ring.style.top = `${100 * y / canvas.height}%`;
  ring.style.width = `${100 * thickness() / canvas.width}%`;
};

// Points of a pointer, in pixels of the photo.
const point = ({ clientX, clientY }) => {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return [(clientX - left) / width * canvas.width, (clientY - top) / height * canvas.height];
};

const choose = (kind, value) => {
  if (!editor.querySelector(`[data-${kind}="${value}"]`)) return;  // not all classes are offered
  chosen[kind] = value;
  reflect();
};

element.addEventListener('click', ({ target }) => {
  const button = target.closest('button');
  if (!button) return;
  if (button.dataset.label) choose('label', Number(button.dataset.label));
  if (button.dataset.tool) choose('tool', button.dataset.tool);
  if (button.dataset.do === 'undo') undo();
  if (button.dataset.do === 'suggest') replace(fromRuns(suggestion), true);
  if (button.dataset.do === 'clear') replace(new Uint8Array(labels.length).fill(BLANK), false);
});

element.addEventListener('pointerdown', event => {
  if (event.target !== canvas || !event.isPrimary || event.button !== 0) return;
  canvas.setPointerCapture(event.pointerId);
  showBrush(point(event));
  press(point(event));
});
element.addEventListener('pointermove', event => {
  if (event.target !== canvas || !event.isPrimary) return;
  const passed = event.getCoalescedEvents?.() ?? [];
  for (const one of passed.length ? passed : [event]) move(point(one));
});
for (const end of ['pointerup', 'pointercancel']) {
  element.addEventListener(end, event => {
    if (event.target === canvas && event.isPrimary) lift();
  });
}
element.addEventListener('pointerout', ({ target }) => {
  if (target === canvas && !pen && keys === null) editor.querySelector('.brush').hidden = true;
});

const SHORTCUTS = {
  1: () => choose('label', 0), 2: () => choose('label', 1), 3: () => choose('label', 2),
  0: () => choose('label', BLANK), b: () => choose('tool', 'brush'),
  z: undo,
  f: () => { choose('tool', 'fill'); fill(keys); },
  ' ': () => { press(keys); lift(); },
  Enter: () => {
    if (pen) return lift();
    press(keys);
    editor.querySelector('.brush').classList.toggle('down', Boolean(pen));
  },
  '+': () => thicken(1), '-': () => thicken(-1),
};

const thicken = step => {
  const slider = editor.querySelector('[data-thickness]');
  slider.value = Number(slider.value) + step;
  showBrush(keys);
};

element.addEventListener('keydown', event => {
  if (event.target !== canvas || event.altKey) return;
  keys ??= [canvas.width / 2, canvas.height / 2];
  if (event.key in MOVES) {
    const step = event.shiftKey ? 1 : Math.max(1, thickness() / 2);
    const [dx, dy] = MOVES[event.key];
    keys = [within(keys[0] + dx * step, canvas.width), within(keys[1] + dy * step, canvas.height)];
    move(keys);
  } else if (event.key in SHORTCUTS && (event.key === 'z' || !(event.ctrlKey || event.metaKey))) {
    if (!event.repeat) SHORTCUTS[event.key]();
  } else return;
  event.preventDefault();
  event.stopPropagation();  // the page has shortcuts of its own
});
element.addEventListener('focusin', ({ target }) => {
  if (target !== canvas || !target.matches(':focus-visible')) return;
  keys = [canvas.width / 2, canvas.height / 2];
  showBrush(keys);
});
element.addEventListener('focusout', ({ target }) => {
  if (target !== canvas) return;
  lift();
  keys = null;
  editor.querySelector('.brush').hidden = true;
});

// A new editor, or the old one in another language or for another photo.
const open = () => {
  editor = element.querySelector('.mask-editor');
  if (!editor) return;
  const state = JSON.parse(editor.dataset.state);
  canvas = editor.querySelector('canvas');
  context = canvas.getContext('2d');
  if (state.photo !== photo) past = [];
  ({ photo, suggestion, fromPrediction } = state);
  inks = new Uint32Array(BLANK + 1);  // RGBA as canvases have it; what is blank stays clear
  inks.set(state.colours.map(([red, green, blue]) => 255 << 24 | blue << 16 | green << 8 | red));
  labels = fromRuns(state.runs);
  image = context.createImageData(canvas.width, canvas.height);
  shown = new Uint32Array(image.data.buffer);
  pen = null;
  chosen.label ??= Number(editor.querySelector('[data-label]').dataset.label);
  show();
  reflect();
};

open();
watch('value', open);
