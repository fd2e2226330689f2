// All text in the page's data was written by servers and models: it only ever becomes text.

/** An element with a class and children: elements, or strings, which become text. */
export const make = (tag, className, ...children) => {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  element.append(...children);
  return element;
};

export const byId = (id) => document.getElementById(id);

/** The data that the page carries under an id. */
export const dataOf = (id) => JSON.parse(byId(id).textContent);

/** A training sample, what is trained in it marked. */
export const sampleElement = ({ task, tool, parts }) =>
  make(
    'div',
    'sample',
    make('p', 'who', tool ? `${task} of ${tool}` : task),
    make('pre', '', ...parts.map(({ text, train }) => make(train ? 'mark' : 'span', '', text))),
  );
