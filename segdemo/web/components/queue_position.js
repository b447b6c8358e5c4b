// "queue: 3/12 | 1.2/8.4s" in Gradio's status -> "Place 3 of 12, about 7 s", in the page's language.
const status = document.getElementById(element.querySelector('[data-status]').dataset.status);

const tell = () => {
  const line = element.querySelector('[data-place]');
  const said = status.querySelector('.progress-text')?.textContent ?? '';
  const queue = said.match(/queue:\s*(\d+)\/(\d+)/);
  const time = said.match(/([\d.]+)\/([\d.]+)s/);
  let words = status.querySelector('.error') ? line.dataset.brokenOff : '';
  if (queue) {
    const left = time ? Math.ceil(time[2] - time[1]) : 0;
    const pattern = left > 0 ? line.dataset.estimate : line.dataset.place;
    words = pattern.replace('[place]', queue[1]).replace('[size]', queue[2]).replace('[left]', left);
  }
  if (line.textContent !== words) line.textContent = words;
};

new MutationObserver(tell).observe(status, { subtree: true, childList: true, characterData: true });
watch('value', tell);
