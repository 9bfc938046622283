export type Shape = { kind: "circle"; radius: number } | { kind: "square"; side: number };

/** Unused, so it is not to be in the bundle. */
export const unused = "not in the bundle";

export function area(shape: Shape): number {
  switch (shape.kind) {
    case "circle":
      return Math.PI * shape.radius ** 2;
    case "square":
      return shape.side ** 2;
  }
}
