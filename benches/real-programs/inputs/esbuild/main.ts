import { area, type Shape } from "./shapes";
import prices from "./prices.json";

const shapes: Shape[] = [
  { kind: "circle", radius: 2 },
  { kind: "square", side: 3 },
];

async function report(): Promise<void> {
  for (const shape of shapes) {
    const price = prices[shape.kind] ?? prices.square;
    console.log(`${shape.kind}: ${(area(shape) * price).toFixed(2)}`);
  }
}

await report();
