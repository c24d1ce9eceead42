// `keepline/react/labels/en`: what the indicator says by itself, to choose from beside the others.
export { defaultLabels as labels } from '../indicator/labels.js';
