# How a WebAssembly module of ours is compiled and linked. The package's module and the empty one
# that the size check measures against use the same flags, or the comparison would mean nothing.
# Every flag that some supported release lacks or spells differently is guarded by that release's number,
# or by a look at its settings.

include_guard()

# A setting that a release does not know is an error there, and a release may get one between two numbers.
file(STRINGS "${KEEPLINE_EMSCRIPTEN_ROOT}/src/settings.js" _keepline_growable_buffers_known
     REGEX "^var GROWABLE_ARRAYBUFFERS ")

# Bodies of up to four instructions cost no more where they are called than the call.
set(_keepline_last_passes --always-inline-max-function-size=4 --converge --strip-target-features
                          --reorder-functions --reorder-locals)
list(JOIN _keepline_last_passes "," _keepline_last_passes)

# keepline_wasm_module(<target> <source>...): an ES module <target>.js beside <target>.wasm.
function(keepline_wasm_module target)
  add_executable(${target} ${ARGN})
  target_link_libraries(${target} PRIVATE keepline_compiler)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")
  target_compile_options(${target} PRIVATE -fno-exceptions)
  target_link_options(
    ${target}
    PRIVATE
    -lwebsocket.js
    --no-entry
    -fno-exceptions
    -sMODULARIZE=1
    -sEXPORT_ES6=1
    -sENVIRONMENT=web,worker
    # The runtime that fetches nothing and prints nothing: js-bindings/src/load/module.ts brings the module.
    -sMINIMAL_RUNTIME=1
    # embind would build its callers with new Function, which a page's policy may forbid.
    -sDYNAMIC_EXECUTION=0
    -sALLOW_MEMORY_GROWTH=1
    -sINITIAL_MEMORY=1048576
    # The longest frame that an option allows takes a quarter of it; what the core keeps is megabytes.
    -sMAXIMUM_MEMORY=268435456
    -sMALLOC=emmalloc
    -sFILESYSTEM=0
    # Every browser that runs our instructions has a TextDecoder.
    -sTEXTDECODER=2
    # Bulk memory and conversions that do not trap came to Safari with this release, and to the others
    # earlier: nothing older runs the module.
    -sMIN_SAFARI_VERSION=150000
    -sMIN_FIREFOX_VERSION=89
    -sMIN_CHROME_VERSION=91
    -sPOLYFILL=0
    -sSUPPORT_LONGJMP=0
    $<$<CONFIG:Debug>:-sASSERTIONS=1>
    $<$<CONFIG:Debug>:-sSTACK_OVERFLOW_CHECK=1>
    $<$<NOT:$<CONFIG:Debug>>:-sASSERTIONS=0>
    # After the linker's own passes, until nothing gets smaller: half a percent. What is listed last
    # only puts in order, so that there is less to tell.
    "$<$<NOT:$<CONFIG:Debug>>:-sBINARYEN_EXTRA_PASSES=${_keepline_last_passes}>")
  if(NOT CMAKE_BUILD_TYPE STREQUAL Debug)
    # Loading early on one way what is loaded later anyway repeats the load. Instructions in the order of
    # the source are alike where the source is.
    target_link_options(${target} PRIVATE "SHELL:-Wl,-mllvm,-enable-load-pre=false"
                                          "SHELL:-Wl,-mllvm,-pre-RA-sched=source")
  endif()
  if(EMSCRIPTEN_VERSION VERSION_LESS 3.1.27)
    target_link_options(${target} PRIVATE -sTOTAL_STACK=131072)
  else()
    target_link_options(${target} PRIVATE -sSTACK_SIZE=131072)
  endif()
  if(EMSCRIPTEN_VERSION VERSION_LESS 4.0.0)
    # The default later on. Without it the linker rewrites every 64-bit import and export.
    target_link_options(${target} PRIVATE -sWASM_BIGINT=1)
  endif()
  if(_keepline_growable_buffers_known)
    # Memory that grows in place is on by default in some releases, and neither TextDecoder nor
    # encodeInto() takes a view of such a buffer.
    target_link_options(${target} PRIVATE -sGROWABLE_ARRAYBUFFERS=0)
  endif()
endfunction()

# Has the calls inlined that stand between code compiled for speed and a C++ library compiled for size,
# which linking for size leaves: for a module that reads byte by byte.
function(keepline_inline_more target)
  set(passes --optimize-level=3,--shrink-level=0,--inlining-optimizing,${_keepline_last_passes})
  target_link_options(
    ${target} PRIVATE "$<$<NOT:$<CONFIG:Debug>>:-sBINARYEN_EXTRA_PASSES=${passes}>")
endfunction()

# Has no call inlined where that costs a byte, rather than what costs five instructions or less.
function(keepline_inline_less target)
  target_link_options(${target} PRIVATE
                      "$<$<NOT:$<CONFIG:Debug>>:SHELL:-Wl,-mllvm,-inline-threshold=0>")
endfunction()

# Has like functions stand beside each other, which makes the compressed file more than one percent smaller.
# For a module without names.
function(keepline_order_functions target)
  find_program(KEEPLINE_NODE node REQUIRED)
  set(script "${PROJECT_SOURCE_DIR}/toolchain/order-functions.mjs")
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS "${script}"
               "${PROJECT_SOURCE_DIR}/toolchain/lib/wasm-order.mjs")
  if(NOT CMAKE_BUILD_TYPE STREQUAL Debug)
    add_custom_command(TARGET ${target} POST_BUILD
                       COMMAND "${KEEPLINE_NODE}" "${script}" "$<TARGET_FILE_DIR:${target}>/${target}.wasm"
                       VERBATIM)
  endif()
endfunction()

# Links a JavaScript library file into the module, and links again when it changes.
function(keepline_js_library target file)
  get_filename_component(path "${file}" ABSOLUTE)
  target_link_options(${target} PRIVATE "SHELL:--js-library \"${path}\"")
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS "${path}")
endfunction()

# All C++ of a wasm build, libraries included. Instructions that every browser has had since Safari 15
# make it smaller; SIMD makes it larger, and what is scanned is short. embind does without run-time
# type information. emcc turns inlining off where it is asked for size, although accessors that are
# not inlined make the module larger by a tenth. In the release build link-time optimisation, which
# Debian's prebuilt system libraries support too.
set(_keepline_everywhere -mbulk-memory -mnontrapping-fptoint -msign-ext -fno-rtti
                         -DEMSCRIPTEN_HAS_UNBOUND_TYPE_NAMES=0 -finline-functions
                         $<$<NOT:$<CONFIG:Debug>>:-flto>)
add_compile_options(${_keepline_everywhere})
add_link_options(${_keepline_everywhere})
