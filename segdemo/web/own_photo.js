// The visitor's own photo, kept in this tab of the browser alone, so that a reload or a connection
// that was lost brings it back. It is kept as soon as it is sent: a server may stop before it answers.
window.ownPhoto = (() => {
  const DAY = 24 * 3600 * 1000, MARK = 'own-photo'; // in the tab's own storage: the photo's name
  const done = request => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const photos = async () => {
    const opening = indexedDB.open('segdemo', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('photos');
    return (await done(opening)).transaction('photos', 'readwrite').objectStore('photos');
  };
  // Those of tabs that were closed.
  const clear = async () => {
    const cursor = (await photos()).openCursor();
    cursor.onsuccess = () => {
      if (!cursor.result) return;
      if (Date.now() - cursor.result.value.kept > DAY) cursor.result.delete();
      cursor.result.continue();
    };
  };
  const show = kept => { document.documentElement.dataset.ownPhotoKept = kept ? '1' : ''; };
  // A browser that keeps nothing for a page does without.
  const quietly = action => async (...given) => {
    try { return await action(...given); } catch { show(false); return null; }
  };
  let before = null; // what was kept before the last one, which the server may refuse

  const find = async () => {
    const name = sessionStorage.getItem(MARK);
    if (!name) return null;
    const file = (await done((await photos()).get(name)))?.file ?? null;
    show(Boolean(file));
    return file;
  };
  const put = async file => {
    const name = sessionStorage.getItem(MARK) ?? String(Math.random());
    await done((await photos()).put({ file, kept: Date.now() }, name));
    sessionStorage.setItem(MARK, name);
    show(true);
  };
  const forget = async () => {
    show(false);
    const name = sessionStorage.getItem(MARK);
    sessionStorage.removeItem(MARK);
    if (name) await done((await photos()).delete(name));
  };
  const keep = async file => {
    before = await find();
    await put(file);
  };
  const undo = async () => { await (before ? put(before) : forget()); };
  // What was painted on it, or on an example: a mask, small enough for the tab's own storage.
  const PAINTING = 'painting';
  const keepPainting = painting => {
    try { sessionStorage.setItem(PAINTING, JSON.stringify(painting)); } catch { /* nothing is kept */ }
  };
  const forgetPainting = () => sessionStorage.removeItem(PAINTING);
  const findPainting = () => {
    try { return JSON.parse(sessionStorage.getItem(PAINTING)); } catch { return null; }
  };
  quietly(clear)();
  return {
    find: quietly(find), keep: quietly(keep), undo: quietly(undo), forget: quietly(forget),
    keepPainting, findPainting, forgetPainting,
  };
})();
