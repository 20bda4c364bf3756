// The two libraries that pages load as scripts of their own, and one that only a test needs.

declare const katex: { render(latex: string, element: HTMLElement, options: { throwOnError: boolean; displayMode: boolean }): void };

declare class uPlot {
  constructor(options: object, data: ArrayLike<number | null>[], place: HTMLElement);
  data: (number | null)[][];
  ctx: CanvasRenderingContext2D;
  setData(data: ArrayLike<number | null>[]): void;
  destroy(): void;
  valToPos(value: number, scale: string, canvas: boolean): number;
}

// Compiles the kernels: what it gives is only compared with what is kept.
declare module "wabt";
