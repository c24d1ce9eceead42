# Makes every KEEPLINE_* line of toolchain/versions.env a CMake variable. Knows no version itself.
set(_keepline_versions "${CMAKE_CURRENT_LIST_DIR}/../versions.env")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${_keepline_versions}")
file(STRINGS "${_keepline_versions}" _keepline_lines REGEX "^KEEPLINE_[A-Z0-9_]+=")
foreach(_line IN LISTS _keepline_lines)
  string(REGEX MATCH "^([A-Z0-9_]+)=(.*)$" _ "${_line}")
  set(${CMAKE_MATCH_1} "${CMAKE_MATCH_2}")
endforeach()
