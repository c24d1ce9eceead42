# nlohmann/json (SAX, in event_decode alone) and doctest: the system's where it has them, else
# fetched by hash.
include(FetchContent)

function(keepline_header_library target folder file url hash)
  if(TARGET ${target})
    return()
  endif()
  find_path(${target}_include "${folder}/${file}"
    PATHS /usr/include /usr/local/include /opt/homebrew/include NO_CMAKE_FIND_ROOT_PATH)
  if(${target}_include)
    # A folder of its own: /usr/include as such would drag the system's C headers into emcc.
    set(private "${CMAKE_BINARY_DIR}/include/${target}")
    file(MAKE_DIRECTORY "${private}")
    file(CREATE_LINK "${${target}_include}/${folder}" "${private}/${folder}" SYMBOLIC)
  else()
    FetchContent_Declare(${target}_fetched URL "${url}" URL_HASH "SHA256=${hash}")
    FetchContent_MakeAvailable(${target}_fetched)
    set(private "${${target}_fetched_SOURCE_DIR}/include")
    if(NOT EXISTS "${private}/${folder}/${file}")
      set(private "${${target}_fetched_SOURCE_DIR}")
    endif()
  endif()
  add_library(${target} INTERFACE)
  target_include_directories(${target} SYSTEM INTERFACE "${private}")
endfunction()

keepline_header_library(keepline_nlohmann nlohmann json.hpp
  https://github.com/nlohmann/json/releases/download/v3.11.3/json.tar.xz
  d6c65aca6b1ed68e7a182f4757257b107ae403032760ed6ef121c9d55e81757d)
if(NOT EMSCRIPTEN)
  keepline_header_library(keepline_doctest doctest doctest.h
    https://github.com/doctest/doctest/archive/refs/tags/v2.4.11.tar.gz
    632ed2c05a7f53fa961381497bf8069093f0d6628c5f26286161fbd32a560186)
endif()
