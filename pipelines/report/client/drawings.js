// What options of charts cannot say without a function.

const mark = (symbol, x, y) => {
  const r = 5;
  if (symbol === 'circle') return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
  if (symbol === 'square') return `M${x - 4} ${y - 4}h8v8h-8Z`;
  return `M${x} ${y - 6}L${x + 6} ${y}L${x} ${y + 6}L${x - 6} ${y}Z`;
};

const line = ([x1, y1], [x2, y2], stroke, opacity, lineWidth = 2) => ({
  type: 'line',
  shape: { x1, y1, x2, y2 },
  style: { stroke, lineWidth, opacity },
});

const symbolOf = ({ symbol, color, paper }, [x, y]) => ({
  type: 'path',
  shape: { pathData: mark(symbol, x, y) },
  style: { fill: color, stroke: paper, lineWidth: 1 },
});

export const drawings = {
  /** Values with intervals along the x axis: [value, row, low, high], and the value in words at the right. */
  interval: (look) => (params, api) => {
    const at = (dimension) => {
      const [x, y] = api.coord([api.value(dimension), api.value(1)]);
      return [x, y + look.offset];
    };
    const { x, width } = params.coordSys;
    const [, y] = at(0);
    return {
      type: 'group',
      emphasisDisabled: true,
      children: [
        line(at(2), at(3), 'transparent', 1, 14),
        line(at(2), at(3), look.color, 0.55),
        symbolOf(look, at(0)),
        {
          type: 'text',
          x: x + width + 6,
          y,
          style: { ...look.text, text: look.words[params.dataIndex], verticalAlign: 'middle' },
        },
      ],
    };
  },

  /** Values with intervals along the y axis: [x, value, low, high], joined by lines. */
  steps: (look) => (params, api) => {
    const at = ([x, value]) => {
      const [left, top] = api.coord([x, value]);
      return [left + look.offset, top];
    };
    const [place, value, low, high] = look.points[params.dataIndex];
    const next = look.points[params.dataIndex + 1];
    const centre = at([place, value]);
    return {
      type: 'group',
      emphasisDisabled: true,
      children: [
        ...(next ? [line(centre, at(next), look.color, 1)] : []),
        line(at([place, low]), at([place, high]), 'transparent', 1, 12),
        line(at([place, low]), at([place, high]), look.color, 0.4),
        symbolOf(look, centre),
      ],
    };
  },

  /** Short numbers for an axis. */
  shortNumber: () => (value) => (value !== 0 && Math.abs(value) < 0.01 ? value.toExponential(0) : String(value)),

  /** What a point of the chart carries as `tip`. Braces would be read as styles. */
  tip:
    () =>
    ({ data, name, value }) =>
      String(data?.tip ?? `${name} ${value}`).replaceAll(/[{|}]/g, '·'),
};
