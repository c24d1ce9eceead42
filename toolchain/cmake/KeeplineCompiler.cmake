# What every translation unit of ours is compiled with, natively and for the browser.
add_library(keepline_compiler INTERFACE)
target_compile_options(keepline_compiler INTERFACE
  -Wall -Wextra -Wpedantic -Wswitch-enum -Wconversion -Werror
  # Members left out of an initialiser keep the defaults that stand beside them.
  -Wno-missing-field-initializers
  # The same doubles natively and in WebAssembly, which has no fused multiply-add.
  -ffp-contract=off)
if(KEEPLINE_SANITIZE)
  target_compile_options(keepline_compiler INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(keepline_compiler INTERFACE -fsanitize=address,undefined)
endif()
