# Finds nlohmann/json, and for the suites doctest, on the system, else fetches them by hash. Offers
# them as keepline_nlohmann and keepline_doctest. Of the package's modules, only the one that judges
# holds anything of them.

include(FetchContent)

# Sets <out> to a folder that holds nothing but a link to <library>'s headers. Debian keeps them in
# /usr/include, whose other headers would be found through it before the compiler's own.
function(keepline_isolate_headers out library include_dir)
  set(isolated "${CMAKE_BINARY_DIR}/include/${library}")
  file(MAKE_DIRECTORY "${isolated}")
  file(CREATE_LINK "${include_dir}/${library}" "${isolated}/${library}" COPY_ON_ERROR SYMBOLIC)
  set(${out} "${isolated}" PARENT_SCOPE)
endfunction()

# Sets <out> to the version that the macros <prefix>{MAJOR,MINOR,PATCH} of <file> spell.
function(keepline_header_version out file prefix)
  file(READ "${file}" text)
  set(parts "")
  foreach(part IN ITEMS MAJOR MINOR PATCH)
    string(REGEX MATCH "#define ${prefix}${part} ([0-9]+)" _ "${text}")
    list(APPEND parts "${CMAKE_MATCH_1}")
  endforeach()
  list(JOIN parts "." version)
  set(${out} "${version}" PARENT_SCOPE)
endfunction()

# keepline_header_library(<target> NAME <folder> HEADER <header> VERSION_MACROS <prefix>
#   VERSION_HEADER <header> MINIMUM <version> URL <archive> SHA256 <hash> SUBDIR <include folder>)
function(keepline_header_library target)
  cmake_parse_arguments(
    arg "" "NAME;HEADER;VERSION_HEADER;VERSION_MACROS;MINIMUM;URL;SHA256;SUBDIR" "" ${ARGN})
  string(TOUPPER "KEEPLINE_${arg_NAME}_INCLUDE" cache)
  find_path(
    ${cache}
    NAMES ${arg_HEADER}
    PATHS /usr/include /usr/local/include /opt/homebrew/include /opt/local/include
    # Headers without a platform: a build for WebAssembly takes them from the machine, too.
    NO_CMAKE_FIND_ROOT_PATH)
  set(include_dir "${${cache}}")
  if(include_dir AND EXISTS "${include_dir}/${arg_VERSION_HEADER}")
    keepline_header_version(version "${include_dir}/${arg_VERSION_HEADER}" ${arg_VERSION_MACROS})
    if(version VERSION_LESS arg_MINIMUM)
      message(STATUS "${arg_NAME} ${version} in ${include_dir} is older than ${arg_MINIMUM}")
      set(include_dir "")
    endif()
  else()
    set(include_dir "")  # absent, or so old that its version stands elsewhere
  endif()
  if(NOT include_dir)
    message(STATUS "Fetching ${arg_NAME}: ${arg_URL}")
    # SOURCE_SUBDIR names a folder without a CMakeLists.txt: only the headers are wanted.
    FetchContent_Declare(
      keepline_fetched_${arg_NAME}
      URL ${arg_URL}
      URL_HASH SHA256=${arg_SHA256}
      DOWNLOAD_EXTRACT_TIMESTAMP OFF
      SOURCE_SUBDIR headers-only)
    FetchContent_MakeAvailable(keepline_fetched_${arg_NAME})
    set(include_dir "${keepline_fetched_${arg_NAME}_SOURCE_DIR}/${arg_SUBDIR}")
  endif()
  keepline_isolate_headers(isolated ${arg_NAME} "${include_dir}")
  add_library(${target} INTERFACE)
  target_include_directories(${target} SYSTEM INTERFACE "${isolated}")
endfunction()

keepline_header_library(
  keepline_nlohmann
  NAME nlohmann
  HEADER nlohmann/json.hpp
  VERSION_HEADER nlohmann/detail/abi_macros.hpp
  VERSION_MACROS NLOHMANN_JSON_VERSION_
  MINIMUM ${KEEPLINE_NLOHMANN_MINIMUM}
  URL https://github.com/nlohmann/json/archive/refs/tags/v${KEEPLINE_NLOHMANN_FETCH}.tar.gz
  SHA256 ${KEEPLINE_NLOHMANN_SHA256}
  SUBDIR include)

if(EMSCRIPTEN)
  return()
endif()

keepline_header_library(
  keepline_doctest
  NAME doctest
  HEADER doctest/doctest.h
  VERSION_HEADER doctest/doctest.h
  VERSION_MACROS DOCTEST_VERSION_
  MINIMUM ${KEEPLINE_DOCTEST_MINIMUM}
  URL https://github.com/doctest/doctest/archive/refs/tags/v${KEEPLINE_DOCTEST_FETCH}.tar.gz
  SHA256 ${KEEPLINE_DOCTEST_SHA256}
  SUBDIR .)
