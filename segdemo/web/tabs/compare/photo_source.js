// A photo dropped anywhere, pasted or taken with the camera goes the way of the button's.
const texts = () => JSON.parse(element.querySelector('.source').dataset.texts);
const say = key => { element.querySelector('.alert').textContent = key ? texts()[key] : ''; };
const field = () => {
  const button = document.getElementById('your-pet');
  return (button.matches('input') ? button : button.parentNode.querySelector('input[type=file]'));
};

const send = file => {
  if (!file) return;
  if (file.size > limit()) { say('too-large'); return; }
  say('');
  const files = new DataTransfer();
  files.items.add(file);
  field().files = files.files;
  field().dispatchEvent(new Event('change', { bubbles: true }));
};
const PICTURE = /^image\/|^$/; // some systems know no type for HEIC: the server looks

const take = (data, nothing) => {
  const file = [...data.files].find(one => PICTURE.test(one.type));
  if (file) send(file);
  else if (data.files.length) say('no-image');
  else if (data.types.includes('text/uri-list') || data.types.includes('text/html')) say('address');
  else say(nothing);
};

const overPage = event => event.target.closest?.('[type=file]') === null;
document.addEventListener('dragover', event => {
  if (!event.dataTransfer.types.some(type => type === 'Files' || type === 'text/uri-list')) return;
  event.preventDefault();
  document.documentElement.dataset.dragging = '1';
}, true);
const leave = () => delete document.documentElement.dataset.dragging;
document.addEventListener('dragleave', event => { if (!event.relatedTarget) leave(); }, true);
document.addEventListener('drop', event => {
  if (!overPage(event)) return;
  event.preventDefault();
  event.stopPropagation(); // or a component beneath would take it too
  leave();
  take(event.dataTransfer, 'no-image');
}, true);
document.addEventListener('paste', event => {
  if (event.target.closest('input, textarea, [contenteditable]')) return;
  take(event.clipboardData, 'nothing-pasted');
});

// The camera, where the browser lets a page have one: not over plain http.
const show = () => {
  const button = element.querySelector('[data-camera]');
  if (button) button.hidden = !navigator.mediaDevices?.getUserMedia;
};
let stream = null;
const close = () => {
  stream?.getTracks().forEach(track => track.stop());
  stream = null;
  element.querySelector('dialog').close();
};
const open = async () => {
  const video = element.querySelector('video');
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  } catch (error) {
    say(error.name === 'NotFoundError' ? 'no-camera' : 'camera-refused');
    return;
  }
  say('');
  video.srcObject = stream;
  element.querySelector('dialog').showModal();
  await video.play();
};
const shoot = () => {
  const video = element.querySelector('video'), paper = document.createElement('canvas');
  paper.width = video.videoWidth;
  paper.height = video.videoHeight;
  paper.getContext('2d').drawImage(video, 0, 0);
  close();
  paper.toBlob(blob => send(new File([blob], 'camera.jpg', { type: 'image/jpeg' })), 'image/jpeg', 0.92);
};
// What is sent is kept; it comes back once the page is open, unless its link names another photo.
const opening = () => document.querySelector('#examples [data-example]').click();
const limit = () => Number(element.querySelector('.source').dataset.limit);
let restoring = null;
document.addEventListener('change', event => {
  const file = event.target === field() && event.target.files[0];
  if (file && file !== restoring && file.size <= limit()) window.ownPhoto.keep(file);
}, true);
document.addEventListener('lesson', async ({ detail }) => {
  restoring = detail.kept && await window.ownPhoto.find();
  if (restoring) send(restoring);
});
new MutationObserver(async () => {
  if (!document.querySelector('#photo-refused .alert')) return;
  await window.ownPhoto.undo();
  if (restoring) opening(); // what came back is refused now: the page would be without a photo
  restoring = null;
}).observe(document.getElementById('photo-refused'), { childList: true, subtree: true });
element.addEventListener('click', ({ target }) => {
  if (target.closest('[data-forget]')) {
    window.ownPhoto.forget();
    window.ownPhoto.forgetPainting();
    opening();
  }
  if (target.closest('[data-camera]')) open();
  if (target.closest('[data-take]')) shoot();
  if (target.closest('[data-close]')) close();
});
element.addEventListener('cancel', close, true); // Escape in the dialog
watch('value', show);
show();
