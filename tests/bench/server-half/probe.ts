// Loaded into the demo's server before its own code: tells what its process holds.
import { answer } from './answering.js';
import { readMemory } from './memory.js';

const answers = { memory: readMemory };
export type ProbeAnswers = typeof answers;
answer(answers);
