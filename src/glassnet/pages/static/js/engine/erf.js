// The error function, which no browser has: W. J. Cody's rational approximations, as in glassnet/erf.py.

const NEAR = [
  [0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694],
  [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171],
];
const REST = [
  [
    2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001,
    881.952221241769, 1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
  ],
  [
    1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903,
    3290.7992357334597, 4362.619090143247, 3439.3676741437216, 1230.3393548037495,
  ],
];
const FARTHEST = 6; // beyond it is 1 in double precision

/** @type {(pair: number[][], x: number) => number} */
const quotient = (pair, x) => {
  const [above, below] = pair.map((row) => row.reduce((value, coefficient) => value * x + coefficient));
  return above / below;
};

/** @param {number} x */
export function erf(x) {
  const size = Math.min(Math.abs(x), FARTHEST);
  if (size <= 0.46875) return x * quotient(NEAR, x * x);
  return Math.sign(x) * (1 - Math.exp(-size * size) * quotient(REST, size));
}
