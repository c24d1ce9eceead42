/** Strokes over a band, so that states differ by more than their colour. */
export interface BandStyle {
  readonly colour: string;
  readonly hatched: boolean;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const GAP_PX = 6;

export function hatch(context: CanvasRenderingContext2D, box: Box): void {
  const gap = GAP_PX * devicePixelRatio;
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.width, box.height);
  context.clip();
  context.strokeStyle = 'rgb(255 255 255 / 55%)';
  context.lineWidth = 1.5 * devicePixelRatio;
  context.beginPath();
  for (let x = box.left - box.height; x < box.left + box.width; x += gap) {
    context.moveTo(x, box.top + box.height);
    context.lineTo(x + box.height, box.top);
  }
  context.stroke();
  context.restore();
}
