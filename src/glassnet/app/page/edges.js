// The largest pushes from the last hidden layer to the outputs, along the gutters between the rows, never across squares.

const SVG = "http://www.w3.org/2000/svg";
const WIDTHS = [0.75, 4];

// pushes: {unit, output, value}; the wider, the larger; dashed where negative.
export function drawEdges(svg, pushes, tiles, outputCells, colors) {
  const box = svg.getBoundingClientRect();
  const grid = tiles.element.getBoundingClientRect();
  svg.setAttribute("viewBox", `0 0 ${box.width} ${box.height}`);
  const most = pushes.reduce((sum, push) => Math.max(sum, Math.abs(push.value)), 0) || 1;
  const ends = [...new Set(pushes.map((push) => push.output))];
  const paths = pushes.map((push) => {
    const from = tiles.cells.get(push.unit).getBoundingClientRect();
    const to = outputCells[push.output].getBoundingClientRect();
    return edge(push.value / most, from, to, grid.right - box.left, box, colors, ends.indexOf(push.output));
  });
  svg.replaceChildren(...paths);
}

function edge(share, from, to, right, box, colors, lane) {
  const path = document.createElementNS(SVG, "path");
  const [x, y] = [from.left + from.width / 2 - box.left, from.bottom - box.top];
  const gutter = y + 2 + 3 * lane;
  const [goal, height] = [Math.min(box.width, to.left - box.left), to.top + to.height / 2 - box.top];
  const bend = (right + goal) / 2;
  path.setAttribute("d", `M${x} ${y} Q${x} ${gutter} ${x + 4} ${gutter} H${right} C${bend} ${gutter} ${bend} ${height} ${goal} ${height}`);
  path.setAttribute("stroke", colors.css(colors.signed(Math.sign(share) * (0.6 + 0.4 * Math.abs(share)))));
  path.setAttribute("stroke-width", WIDTHS[0] + (WIDTHS[1] - WIDTHS[0]) * Math.abs(share));
  if (share < 0) path.setAttribute("stroke-dasharray", "4 3");
  return path;
}
