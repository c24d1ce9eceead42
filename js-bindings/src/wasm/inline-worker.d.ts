/** The text of worker.js, for where that file cannot be had. */
export declare const workerText: string;
