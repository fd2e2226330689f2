import { byId, make } from './elements.js';

const PAGE = 25;

/**
 * Shows a list a page at a time, so that the page stays small however long the list is.
 * @param list the element of the rows; @param pager where the buttons stand; @param row makes the element of one item
 */
const pagedList = ({ list, pager, row }) => {
  let items = [];
  let start = 0;
  const button = (text, step) => {
    const made = make('button', '', text);
    made.type = 'button';
    made.addEventListener('click', () => {
      show(start + step);
      const other = pager.querySelector('button:not([disabled])');
      if (made.disabled) other?.focus();
      list.scrollIntoView({ block: 'nearest' });
    });
    return made;
  };
  const [before, after, where] = [button('Previous', -PAGE), button('Next', PAGE), make('span', 'note')];
  pager.append(before, after, where);
  const show = (from) => {
    start = from;
    list.replaceChildren(...items.slice(start, start + PAGE).map(row));
    const end = Math.min(start + PAGE, items.length);
    before.disabled = start === 0;
    after.disabled = end === items.length;
    pager.hidden = items.length <= PAGE;
    where.textContent = `${start + 1} to ${end} of ${items.length}`;
  };
  return (found) => {
    items = found;
    show(0);
  };
};

/** An item that shows more when it is opened, made only then. */
export const openedItem = (summary, content) => {
  const details = make('details', '', summary);
  details.addEventListener('toggle', () => details.children.length === 1 && details.append(content()));
  return make('li', '', details);
};

/**
 * Shows what a form finds, a page at a time.
 * @param prefix of the ids of form, count, list and pages; @param what the items are called; @param find those that the form's values ask for
 * @returns fills the form: a value that the page does not have stands for all
 */
export const filteredList = ({ prefix, what, total, row, find }) => {
  const [form, count, list, pager] = ['filters', 'count', 'list', 'pages'].map((part) => byId(`${prefix}-${part}`));
  const show = pagedList({ list, pager, row });
  const update = () => {
    const found = find(Object.fromEntries(new FormData(form)));
    show(found);
    count.textContent = `${found.length} of ${total} ${what}`;
  };
  form.hidden = false;
  form.addEventListener('input', update);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(update));
  update();
  return (values) => {
    form.reset();
    for (const [name, value] of Object.entries(values)) {
      const field = form.elements[name];
      field.value = value;
      if (field.selectedIndex < 0) field.value = '';
    }
    setTimeout(update);
  };
};
