// Where C++ can go on no longer, out of memory above all, the module traps. Emscripten's abort() is
// an import, and imports are named by how often they are used: the modules, of which one has more
// such places, would no longer share their glue.
extern "C" void abort() { __builtin_trap(); }
