/** A number of bytes in the one unit that says enough: `41 B`, `1.2 kB`, `35 kB`, `2.0 MB`. */
export function size(bytes: number): string {
  let [amount, unit] = [Math.max(0, bytes), 'B'];
  for (const larger of ['kB', 'MB', 'GB', 'TB']) {
    if (amount < 999.5) break;
    [amount, unit] = [amount / 1000, larger];
  }
  return unit === 'B' || amount >= 9.95 ? `${Math.round(amount)} ${unit}` : `${amount.toFixed(1)} ${unit}`;
}
