import { make } from './elements.js';

const PAGE = 25;

/**
 * Shows a list a page at a time, so that the page stays small however long the list is.
 * @param list the element of the rows; @param pager where the buttons stand; @param row makes the element of one item
 */
export const pagedList = ({ list, pager, row, onShow }) => {
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
    onShow?.();
  };
  return (found) => {
    items = found;
    show(0);
  };
};
