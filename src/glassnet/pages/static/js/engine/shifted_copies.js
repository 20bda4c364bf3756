// An answer averaged over copies of an image that are moved by a pixel, as in glassnet/evaluation/shifted_copies.py.

const STEPS = [-1, 0, 1];

// What is moved out on one side comes in on the other.
/** @type {(inputs: Float64Array, shape: number[], down: number, right: number) => Float64Array} */
export function moved(inputs, [height, width], down, right) {
  return inputs.map((_, place) => {
    const row = (Math.floor(place / width) - down + height) % height;
    const column = ((place % width) - right + width) % width;
    return inputs[row * width + column];
  });
}

/** @type {(answer: (inputs: Float64Array) => number[], inputs: Float64Array, shape: number[]) => number[]} */
export function averagedOverShifts(answer, inputs, shape) {
  const answers = STEPS.flatMap((down) => STEPS.map((right) => answer(moved(inputs, shape, down, right))));
  return answers[0].map((_, k) => answers.reduce((sum, values) => sum + values[k], 0) / answers.length);
}
