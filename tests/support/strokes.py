"""Digits as a hand would draw them: thinned to lines one pixel wide, and followed from end to end."""

import numpy as np

AROUND = [(-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1)]


def thinned(image, threshold=100):
    """T. Y. Zhang, C. Y. Suen, "A fast parallel algorithm for thinning digital patterns" (1984)."""
    ink = np.pad(image > threshold, 1)
    while True:
        before = ink.copy()
        for first in (True, False):
            ring = [np.roll(ink, (-row, -column), (0, 1)) for row, column in AROUND]
            north, _, east, _, south, _, west, _ = ring
            neighbors = np.sum(ring, axis=0)
            edges = np.sum([~one & other for one, other in zip(ring, [*ring[1:], ring[0]], strict=True)], axis=0)
            open_sides = (
                ~(north & east & south) & ~(east & south & west)
                if first
                else ~(north & east & west) & ~(north & south & west)
            )
            ink &= ~((neighbors >= 2) & (neighbors <= 6) & (edges == 1) & open_sides)
        if (ink == before).all():
            return ink[1:-1, 1:-1]


def strokes(image):
    """Follow the lines of a digit: lists of points (x, y) in pixels, each pixel in at least one."""
    left = {(int(row), int(column)) for row, column in np.argwhere(thinned(image))}
    near = {place: [n for n in _neighbors(place) if n in left] for place in left}
    drawn, done = [], set()
    for start in sorted(left, key=lambda place: (len(near[place]) != 1, place)):
        for after in near[start]:
            if frozenset((start, after)) not in done:
                drawn.append(_follow(start, after, near, done))
    return [[(column, row) for row, column in path] for path in drawn or [[place] for place in left]]


def _neighbors(place):
    return [(place[0] + row, place[1] + column) for row, column in AROUND]


def _follow(start, after, near, done):
    path = [start]
    while after is not None:
        done.add(frozenset((path[-1], after)))
        path.append(after)
        after = next((n for n in near[after] if frozenset((path[-1], n)) not in done), None)
    return path


def drawn_anywhere(image, rng):
    """Give an image's strokes at a random place of the pad and in a random size, as lists of points in 0..1."""
    size, x, y = rng.uniform(0.2, 0.9), *rng.random(2)
    return [(np.array(path, float) / 28 * size + (1 - size) * np.array([x, y])).tolist() for path in strokes(image)]


# For the page's own hands: draw strokes on the pad, and give what is then answered, or null if it is refused.
DRAW = """async (strokes) => {
  const { scene, first } = story;
  const canvas = document.querySelector(".board .ink");
  first.pad.clear();
  const box = canvas.getBoundingClientRect();
  const place = ([x, y]) => ({ clientX: box.left + x * box.width, clientY: box.top + y * box.height });
  const at = (point) => ({ ...place(point), pointerId: 1, bubbles: true });
  canvas.setPointerCapture = () => {};
  for (const stroke of strokes) {
    canvas.dispatchEvent(new PointerEvent("pointerdown", at(stroke[0])));
    for (const point of stroke.slice(1)) canvas.dispatchEvent(new PointerEvent("pointermove", at(point)));
    canvas.dispatchEvent(new PointerEvent("pointerup", at(stroke.at(-1))));
  }
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return first.empty || scene.refused ? null : scene.subject.classes[scene.said];
}"""

# The same for many drawings, quicker, as nothing is painted; also how sure it is, and whether less so a pixel beside.
READ = """(drawings) => {
  const { scene, first } = story;
  first.element.hidden = true;
  const answers = drawings.map((strokes) => {
    first.drawn(strokes);
    const said = first.empty || scene.refused ? null : scene.subject.classes[scene.said];
    return { said, sure: Math.max(...scene.probabilities), doubted: Boolean(first.doubt) };
  });
  first.element.hidden = false;
  return answers;
}"""
