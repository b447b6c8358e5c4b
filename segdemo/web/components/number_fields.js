// What is typed into the fields in here is part of the component's value.
let newest = null; // what was told last, until the server has answered to just that
let answered = props.value.html;
const tell = texts => {
  newest = { ...props.value.texts, ...texts };
  props.value = { ...props.value, texts: newest };
  trigger('input');
};
// An answer to what was told before, as while a point is dragged, does not undo what is newer.
watch('value', () => {
  if (!newest || props.value.html === answered) return;
  answered = props.value.html;
  const told = newest;
  newest = null;
  if (Object.entries(told).some(([name, text]) => String(props.value.texts[name]) !== String(text))) tell(told);
});
element.addEventListener('change', ({ target }) => { if (target.name) tell({ [target.name]: target.value }); });
