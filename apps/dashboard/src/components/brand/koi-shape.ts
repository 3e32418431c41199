/** The outline of a koi seen from above, swimming up, in a box of 48 by 48. */

export interface KoiShape {
  readonly body: string;
  readonly tail: string;
  readonly leftFin: string;
  readonly rightFin: string;
}

/** `bend` from -1 (tail to the left) to 1 (tail to the right). */
export const koiShape = (bend: number): KoiShape => {
  const x = (base: number, share: number) => round(base + bend * share);
  return {
    body: [
      `M${x(24, -1)} 5`,
      `C${x(30, -1)} 5 ${x(33, -1.5)} 11.5 ${x(32.2, -1)} 18.5`,
      `C${x(31.4, 0)} 26 ${x(27, 3)} 30.5 ${x(25.3, 6)} 36.5`,
      `L${x(22.7, 6)} 36.5`,
      `C${x(21, 3)} 30.5 ${x(16.6, 0)} 26 ${x(15.8, -1)} 18.5`,
      `C${x(15, -1.5)} 11.5 ${x(18, -1)} 5 ${x(24, -1)} 5Z`,
    ].join(""),
    tail: [
      `M${x(24, 5.5)} 34.5`,
      `C${x(27, 6.5)} 38 ${x(31, 8)} 39.5 ${x(32, 9.5)} 44.5`,
      `C${x(28.5, 9)} 44 ${x(25.6, 8)} 42.6 ${x(24, 7.5)} 40`,
      `C${x(22.4, 8)} 42.6 ${x(19.5, 9)} 44 ${x(16, 9.5)} 44.5`,
      `C${x(17, 8)} 39.5 ${x(21, 6.5)} 38 ${x(24, 5.5)} 34.5Z`,
    ].join(""),
    leftFin: `M${x(16.4, -1)} 15.5C${x(11.5, -1)} 16 8.4 19.4 7.6 24.4C11.6 24.2 ${x(15.2, 0)} 23 ${x(17.2, 0)} 20.6Z`,
    rightFin: `M${x(31.6, -1)} 15.5C${x(36.5, -1)} 16 39.6 19.4 40.4 24.4C36.4 24.2 ${x(32.8, 0)} 23 ${x(30.8, 0)} 20.6Z`,
  };
};

const round = (value: number): number => Math.round(value * 100) / 100;
