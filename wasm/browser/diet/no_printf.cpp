// embind asks sprintf for the name of a type that was never registered, for an error message that
// no call of ours can cause. With one that writes nothing, the C library's stays out of the module;
// nothing else here prints.
//
// All three names, because the C library has them in one object: compilers call a shorter one where
// no number with a point is printed, and if that were missing here, the whole object would come.
extern "C" {
int sprintf(char* text, const char* /*format*/, ...) {
  *text = '\0';
  return 0;
}
int siprintf(char* text, const char* /*format*/, ...) {
  *text = '\0';
  return 0;
}
int __small_sprintf(char* text, const char* /*format*/, ...) {
  *text = '\0';
  return 0;
}
}
