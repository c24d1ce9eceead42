// What embind_own_library.js keeps of types and classes.

/** A type whose values cross. */
interface KeeplineType {
  enter(value: unknown): number;
  done?(wire: number): void;
  leave?(wire: number): unknown;
}

interface KeeplineHandle {
  /** The object in C++; 0 once it was deleted. */
  at: number;
}

interface KeeplineClass {
  make(): number;
  methods: Record<string, (this: KeeplineHandle, ...values: unknown[]) => unknown>;
}

declare const keeplineTypes: Record<number, KeeplineType>;
declare const keeplineClasses: Record<number, KeeplineClass>;
declare function keeplineRegisterNumber(type: number): void;
