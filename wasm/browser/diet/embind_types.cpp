// Tells embind_own_library.js the types that our bindings pass: embind's own half would register
// thirty, whose long names are a fiftieth of the module, and bring in sprintf, a twentieth, for an
// error that no call of ours can cause.
//
// Only for releases whose half is known to be this function (CMakeLists.txt): later ones keep
// the library's, and their sprintf is no_printf.cpp.
#include <emscripten/bind.h>

#include <limits>

extern "C" __attribute__((constructor)) void keepline_register_types() {
  using namespace emscripten::internal;
  _embind_register_void(TypeID<void>::get(), "void");
  _embind_register_bool(TypeID<bool>::get(), "bool", sizeof(bool), true, false);
  _embind_register_integer(TypeID<unsigned>::get(), "unsigned", sizeof(unsigned), 0,
                           std::numeric_limits<unsigned>::max());
  _embind_register_float(TypeID<double>::get(), "double", sizeof(double));
  _embind_register_std_string(TypeID<std::string>::get(), "std::string");
}
