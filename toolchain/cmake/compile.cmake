# How every translation unit of the project is compiled: warnings, sanitizers and the flags that
# keep a native replay equal to the one in WebAssembly. Knows no target but the one it defines.

option(KEEPLINE_WARNINGS_AS_ERRORS "Fail the build on a warning" OFF)
option(KEEPLINE_FUZZ "Build the fuzz targets: Clang only" OFF)
set(KEEPLINE_SANITIZE "" CACHE STRING "Sanitizers to build with, as -fsanitize takes them")

add_library(keepline_compiler INTERFACE)
target_compile_features(keepline_compiler INTERFACE cxx_std_20)
target_compile_options(
  keepline_compiler
  INTERFACE -Wall
            -Wextra
            -Wpedantic
            -Wshadow
            -Wswitch-enum
            -Wconversion
            # Part of -Wconversion in Clang only, and sizes against differences are not worth a cast.
            -Wno-sign-conversion
            # Members left out of an initialiser keep the defaults that stand beside them.
            -Wno-missing-field-initializers
            # A fused multiply-add rounds once where two operations round twice: delays would differ
            # between machines, and a recorded run would not replay.
            -ffp-contract=off)
if(KEEPLINE_WARNINGS_AS_ERRORS)
  target_compile_options(keepline_compiler INTERFACE -Werror)
  if(EMSCRIPTEN)
    # A distribution pairs an emcc with another LLVM, Binaryen or Node than its authors expect; emcc warns
    # of it, and it is nothing that our sources could mend.
    target_compile_options(keepline_compiler INTERFACE -Wno-error=version-check)
  endif()
endif()
if(KEEPLINE_SANITIZE)
  set(_sanitize -fsanitize=${KEEPLINE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_compile_options(keepline_compiler INTERFACE ${_sanitize})
  target_link_options(keepline_compiler INTERFACE ${_sanitize})
endif()
if(NOT EMSCRIPTEN)
  # Debug builds check the bounds of every span, string and vector access.
  target_compile_definitions(keepline_compiler INTERFACE $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
endif()
