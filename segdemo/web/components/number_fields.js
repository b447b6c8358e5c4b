// What is typed into the fields in here is part of the component's value.
const tell = texts => {
  props.value = { ...props.value, texts: { ...props.value.texts, ...texts } };
  trigger('input');
};
element.addEventListener('change', ({ target }) => { if (target.name) tell({ [target.name]: target.value }); });
