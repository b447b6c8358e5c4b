// Writes what is seen into the page's address: the values of the components that a link can set,
// in the order of `names`, after the open tab, the open section and the photo.
(tab, section, photo, ...values) => {
  const { names, plain, photos } = KNOWN;
  const root = document.documentElement;
  const write = value => {
    if (typeof value === 'boolean') return value ? '1' : '0';
    if (Array.isArray(value)) return value.map(write).join(Array.isArray(value[0]) ? '/' : ',');
    return String(value ?? '');
  };
  const name = photo && photos[photo.path];
  root.dataset.ownPhoto = photo && !name ? '1' : '';
  window.pageAddress = () => {
    const told = {
      tab,
      section: tab === 'insight' ? section : plain.section,
      photo: name ?? plain.photo,
      ...Object.fromEntries(names.map((key, index) => [key, write(values[index])])),
      present: root.dataset.present ?? '0',
      reveal: root.dataset.guess || root.dataset.cover ? '0' : '1',
    };
    const query = Object.entries(told)
      .filter(([key, value]) => value !== '' && value !== plain[key])
      .map(([key, value]) => `${key}=${encodeURIComponent(value).replace(/%2C/g, ',').replace(/%2F/g, '/')}`);
    return location.pathname + (query.length ? `?${query.join('&')}` : '');
  };
  window.followPage = () => { if (window.lessonOpened) history.replaceState(null, '', window.pageAddress()); };
  window.followPage();
}
