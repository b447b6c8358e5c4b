// "queue: 3/12 | 1.2/8.4s" in Gradio's status -> "Place 3 of 12, about 7 s", in the page's language.
const status = document.getElementById(element.querySelector('[data-status]').dataset.status);
const write = (line, words) => { if (line.textContent !== words) line.textContent = words; };

const tell = () => {
  const line = element.querySelector('[data-place]'), broken = element.querySelector('.broken');
  const said = status.querySelector('.progress-text')?.textContent ?? '';
  const queue = said.match(/queue:\s*(\d+)\/(\d+)/);
  const time = said.match(/([\d.]+)\/([\d.]+)s/);
  let words = '';
  if (queue) {
    const left = time ? Math.ceil(time[2] - time[1]) : 0;
    const pattern = left > 0 ? line.dataset.estimate : line.dataset.place;
    words = pattern.replace('[place]', queue[1]).replace('[size]', queue[2]).replace('[left]', left);
  }
  write(line, words);
  const isBroken = Boolean(status.querySelector('.error'));
  if (broken.hidden !== isBroken) return;
  broken.hidden = !isBroken;
  write(broken.querySelector('p'), isBroken ? broken.querySelector('p').dataset.said : '');
};

// The server may still be gone: then a reload would leave nothing but the browser's own sentence.
element.addEventListener('click', async ({ target }) => {
  if (!target.closest('[data-again]')) return;
  const line = element.querySelector('.broken p');
  const isThere = await fetch(location.href, { cache: 'no-store' }).then(({ ok }) => ok, () => false);
  if (isThere) location.reload(); else write(line, line.dataset.notYet);
});

new MutationObserver(tell).observe(status, { subtree: true, childList: true, characterData: true });
watch('value', tell);
