import { expect, test } from 'vitest';
import { html } from '../../../pipelines/report/html.ts';

test('escapes every value but pieces of HTML', () => {
  const piece = html`<b>${'<i>&"\''}</b>`;
  expect(piece.text).toBe('<b>&lt;i&gt;&amp;&quot;&#39;</b>');
  expect(html`<p title="${'" onload="x'}">${[piece, 5, undefined, false]}</p>`.text).toBe(
    `<p title="&quot; onload=&quot;x">${piece.text}5</p>`,
  );
});

test('an object that only looks like HTML is no HTML', () => {
  const fake = { text: '<script>' } as never;
  expect(html`${fake}`.text).toBe('[object Object]');
});

test('shows control characters, which HTML forbids', () => {
  expect(html`${'a\u0000b\u001bc\nd'}`.text).toBe('a\ufffdb\ufffdc\nd');
});
