// What Gradio says in a corner of the page, in the page's language: our own sentences come in every
// language at once, since the server may not know the visitor's; Gradio's few come in English.
(() => {
  const languages = Object.keys(window.pageWords);
  const say = toast => {
    const words = window.pageWords[document.documentElement.lang] ?? window.pageWords.en;
    const text = toast.querySelector('.toast-message-text'), title = toast.querySelector('.toast-title');
    if (!text || text.dataset.said === text.textContent) return;
    const ours = text.textContent.trim().split(' · ');
    let said = text.textContent.trim();
    if (ours.length === languages.length) said = ours[languages.indexOf(document.documentElement.lang)] ?? ours[0];
    else if (said.startsWith('Connection to the server')) said = words.lost;
    else if (said.includes('exceed the maximum allowed size')) said = words.tooLarge;
    text.dataset.said = said;
    if (text.textContent !== said) text.textContent = said;
    if (title?.textContent.trim() === 'Error') title.textContent = words.error;
  };
  new MutationObserver(() => document.querySelectorAll('.toast-body').forEach(say))
    .observe(document.documentElement, { childList: true, subtree: true });
})();
