# Toolchain file of the wasm presets: finds an Emscripten and hands over to its own toolchain file.
# Looks at EMSDK first, then at PATH, then where Debian puts it. Installs nothing.

if(NOT KEEPLINE_EMSCRIPTEN_ROOT)
  set(_hints "")
  if(DEFINED ENV{EMSDK})
    list(APPEND _hints "$ENV{EMSDK}/upstream/emscripten")
  endif()
  find_program(_emcc NAMES emcc HINTS ${_hints} PATHS /usr/share/emscripten NO_CACHE)
  if(NOT _emcc)
    message(FATAL_ERROR "No Emscripten on PATH or by EMSDK: run toolchain/build, which installs it "
                        "where it can, or says what to install.")
  endif()
  # A distribution's emcc is a wrapper script; em-config knows where the real one lives.
  get_filename_component(_emcc_dir "${_emcc}" DIRECTORY)
  find_program(_em_config NAMES em-config HINTS "${_emcc_dir}" NO_CACHE)
  execute_process(
    COMMAND "${_em_config}" EMSCRIPTEN_ROOT
    OUTPUT_VARIABLE _root
    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(NOT EXISTS "${_root}/cmake/Modules/Platform/Emscripten.cmake")
    get_filename_component(_real "${_emcc}" REALPATH)
    get_filename_component(_root "${_real}" DIRECTORY)
  endif()
  set(KEEPLINE_EMSCRIPTEN_ROOT "${_root}" CACHE PATH "Where Emscripten lives")
endif()

# Debian's Emscripten expects Debian's acorn; another vendor's Node does not look there by itself.
if(EXISTS /usr/share/nodejs/acorn AND NOT DEFINED ENV{NODE_PATH})
  set(ENV{NODE_PATH} /usr/share/nodejs)  # while configuring
  set(_with_node_path "${CMAKE_COMMAND}" -E env NODE_PATH=/usr/share/nodejs)
  set(CMAKE_CXX_LINKER_LAUNCHER "${_with_node_path}" CACHE STRING "Lets emcc find acorn")
endif()

include("${KEEPLINE_EMSCRIPTEN_ROOT}/cmake/Modules/Platform/Emscripten.cmake")
