const wholeDollars = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", maximumFractionDigits: 0 });

/** An amount of US dollars for people: `$1,738`. */
export function dollars(amount: number): string {
  return wholeDollars.format(amount);
}

/** A difference for people: `+$120`, `−$120`. */
export function signedDollars(amount: number): string {
  return `${amount < 0 ? "−" : "+"}${dollars(Math.abs(amount))}`;
}
