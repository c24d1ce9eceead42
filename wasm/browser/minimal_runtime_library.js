// @ts-check
// Up to 3.1.x the minimal runtime assigns `asm` and embind calls `assert`, and where both are linked
// nobody declares them: in an ES module that is an error. Linked into those releases only.

mergeInto(LibraryManager.library, { $asm: null });
LibraryManager.library._embind_register_class__deps.push('$asm');
// With assertions the runtime has its own.
if (!ASSERTIONS) {
  mergeInto(LibraryManager.library, { $assert: function () {} });
  LibraryManager.library._embind_register_class__deps.push('$assert');
}
