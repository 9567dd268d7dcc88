/**
 * A decimal number that no double prints: `coefficient × 10^exponent`, without trailing zeros in the coefficient.
 */
export class Numeral {
  constructor(
    readonly coefficient: bigint,
    readonly exponent: number,
  ) {}
}
